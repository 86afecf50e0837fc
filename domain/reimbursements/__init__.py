"""Reimbursements: a member claims money back, an administrator decides (`claims`); equal claims are told (`keys`)."""
