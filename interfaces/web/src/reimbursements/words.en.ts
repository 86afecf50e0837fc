export const reimbursements = {};
