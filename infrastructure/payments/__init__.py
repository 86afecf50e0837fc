"""Payment rails: the adapters behind `application.payments.banking.BankingService`."""
