"""A method for each operation of the API, in the order of the paths; written by `make clients`."""

from typing import Unpack

from . import types
from .sending import Answer, Sender, place


class Operations(Sender):
    """What can be asked of a Daybook; what it refuses is raised as `Refused`."""

    repeated = frozenset(["having"])

    def get_index(self) -> Answer[types.Index]:
        """Where things are."""
        return self.send("GET", "/")

    def get_signing_keys(self) -> Answer[types.JsonWebKeys]:
        """The public keys of access tokens."""
        return self.send("GET", "/.well-known/jwks.json")

    def list_accounts(
        self, *, min_position: int | None = None, **query: Unpack[types.ListAccountsQuery]
    ) -> Answer[types.AccountPage]:
        """Filtered, sorted, one page at a time: bank_accounts."""
        return self.send(
            "GET", "/accounts", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_accounts_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportAccountsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): bank_accounts."""
        return self.send(
            "GET", "/accounts.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_accounts_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportAccountsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): bank_accounts."""
        return self.send(
            "GET", "/accounts.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def close_account(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Close an account."""
        return self.send(
            "DELETE",
            f"/accounts/{place(record_id)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_account(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetAccountQuery],
    ) -> Answer[types.Account]:
        """One of the bank_accounts, by id or uid."""
        return self.send(
            "GET",
            f"/accounts/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def change_account(
        self,
        record_id: int | str,
        body: types.AccountChange,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord | types.WaitingRecord]:
        """Change an account."""
        return self.send(
            "PATCH",
            f"/accounts/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_account_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the bank_accounts."""
        return self.send(
            "GET",
            f"/accounts/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def list_administrators(
        self, *, min_position: int | None = None, **query: Unpack[types.ListAdministratorsQuery]
    ) -> Answer[types.AdministratorPage]:
        """Filtered, sorted, one page at a time: bank_administrators."""
        return self.send(
            "GET", "/administrators", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_administrators_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportAdministratorsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): bank_administrators."""
        return self.send(
            "GET",
            "/administrators.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_administrators_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportAdministratorsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): bank_administrators."""
        return self.send(
            "GET",
            "/administrators.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def deactivate_administrator(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """End an appointment."""
        return self.send(
            "DELETE",
            f"/administrators/{place(record_id)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_administrator(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetAdministratorQuery],
    ) -> Answer[types.Administrator]:
        """One of the bank_administrators, by id or uid."""
        return self.send(
            "GET",
            f"/administrators/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def change_administrator(
        self,
        record_id: int | str,
        body: types.AdministratorChange,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord | types.WaitingRecord]:
        """Change an administrator's name or limit."""
        return self.send(
            "PATCH",
            f"/administrators/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_administrator_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the bank_administrators."""
        return self.send(
            "GET",
            f"/administrators/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def confirm_sign_in(self, body: types.ProvenAgain, /) -> Answer[None]:
        """Prove once more who you are."""
        return self.send("POST", "/auth/confirm", body=body)

    def get_caller(self) -> Answer[types.Caller]:
        """Who am I, and what may I do?."""
        return self.send("GET", "/auth/me")

    def begin_with_provider(self) -> Answer[types.SignInAddress]:
        """Go to the firm's identity provider."""
        return self.send("POST", "/auth/oidc/begin")

    def finish_with_provider(
        self, body: types.CameBack, /, *, session: str | None = None
    ) -> Answer[types.TokenPair | None]:
        """Come back from the firm's identity provider."""
        return self.send(
            "POST", "/auth/oidc/finish", body=body, headers={"Daybook-Session": session}
        )

    def list_passkeys(self) -> Answer[types.PasskeysShown]:
        """Which passkeys do I have?."""
        return self.send("GET", "/auth/passkeys")

    def add_passkey(self, body: types.NewPasskey, /) -> Answer[types.AddedPasskey]:
        """Add a passkey."""
        return self.send("POST", "/auth/passkeys", body=body)

    def ask_with_challenge(self) -> Answer[types.AskWithChallengeAnswer]:
        """Ask for a passkey that is there."""
        return self.send("POST", "/auth/passkeys/ask")

    def ask_for_passkey(self) -> Answer[types.AskForPasskeyAnswer]:
        """Ask for a new passkey."""
        return self.send("POST", "/auth/passkeys/new")

    def sign_in_with_passkey(
        self, body: types.UsedPasskey, /, *, session: str | None = None
    ) -> Answer[types.TokenPair]:
        """Sign in with a passkey."""
        return self.send(
            "POST", "/auth/passkeys/sign-in", body=body, headers={"Daybook-Session": session}
        )

    def remove_passkey(self, passkey_id: int | str, /) -> Answer[None]:
        """Remove one of one's own passkeys."""
        return self.send("POST", f"/auth/passkeys/{place(passkey_id)}/remove")

    def set_password(
        self, body: types.NewPassword, /, *, device: str | None = None, session: str | None = None
    ) -> Answer[types.TokenPair]:
        """Choose a password."""
        return self.send(
            "POST",
            "/auth/password",
            body=body,
            headers={"Daybook-Device": device, "Daybook-Session": session},
        )

    def refresh_tokens(
        self, body: types.RefreshToken | None = None, /, *, session: str | None = None
    ) -> Answer[types.TokenPair]:
        """The next pair of tokens for a refresh token."""
        return self.send("POST", "/auth/refresh", body=body, headers={"Daybook-Session": session})

    def list_sessions(self) -> Answer[types.SessionsShown]:
        """Where am I signed in?."""
        return self.send("GET", "/auth/sessions")

    def end_session(self, session_id: int | str, /) -> Answer[None]:
        """End one of one's own sessions."""
        return self.send("POST", f"/auth/sessions/{place(session_id)}/end")

    def sign_out(
        self, body: types.RefreshToken | None = None, /, *, session: str | None = None
    ) -> Answer[None]:
        """End the session of a refresh token."""
        return self.send("POST", "/auth/sign-out", body=body, headers={"Daybook-Session": session})

    def sign_in(
        self, body: types.Credentials, /, *, device: str | None = None, session: str | None = None
    ) -> Answer[types.TokenPair]:
        """Sign in with e-mail address and password."""
        return self.send(
            "POST",
            "/auth/token",
            body=body,
            headers={"Daybook-Device": device, "Daybook-Session": session},
        )

    def show_ways(self) -> Answer[types.WaysShown]:
        """Which ways of signing in are there?."""
        return self.send("GET", "/auth/ways")

    def list_banks(
        self, *, min_position: int | None = None, **query: Unpack[types.ListBanksQuery]
    ) -> Answer[types.BankPage]:
        """Filtered, sorted, one page at a time: banks."""
        return self.send(
            "GET", "/banks", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def open_bank(
        self, body: types.NewBank, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord]:
        """Open a bank."""
        return self.send("POST", "/banks", body=body, headers={"Idempotency-Key": idempotency_key})

    def export_banks_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportBanksCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): banks."""
        return self.send(
            "GET", "/banks.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_banks_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportBanksNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): banks."""
        return self.send(
            "GET", "/banks.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def list_bank_accounts(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListBankAccountsQuery],
    ) -> Answer[types.AccountPage]:
        """Filtered, sorted, one page at a time: bank_accounts."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/accounts",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def open_account(
        self, bank_id: int | str, body: types.NewAccount, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord]:
        """Open an account of a member."""
        return self.send(
            "POST",
            f"/banks/{place(bank_id)}/accounts",
            body=body,
            headers={"Idempotency-Key": idempotency_key},
        )

    def export_bank_accounts_csv(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankAccountsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): bank_accounts."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/accounts.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_bank_accounts_ndjson(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankAccountsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): bank_accounts."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/accounts.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_bank_administrators(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListBankAdministratorsQuery],
    ) -> Answer[types.AdministratorPage]:
        """Filtered, sorted, one page at a time: bank_administrators."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/administrators",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def appoint_administrator(
        self,
        bank_id: int | str,
        body: types.NewAdministrator,
        /,
        *,
        idempotency_key: str | None = None,
    ) -> Answer[types.ChangedRecord | types.WaitingRecord]:
        """Appoint an administrator."""
        return self.send(
            "POST",
            f"/banks/{place(bank_id)}/administrators",
            body=body,
            headers={"Idempotency-Key": idempotency_key},
        )

    def export_bank_administrators_csv(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankAdministratorsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): bank_administrators."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/administrators.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_bank_administrators_ndjson(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankAdministratorsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): bank_administrators."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/administrators.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_bank_exchange_rates(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListBankExchangeRatesQuery],
    ) -> Answer[types.ExchangeRatePage]:
        """Filtered, sorted, one page at a time: exchange_rates."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/exchange-rates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def record_exchange_rate(
        self, bank_id: int | str, body: types.NewRate, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord | types.WaitingRecord]:
        """Record an exchange rate."""
        return self.send(
            "POST",
            f"/banks/{place(bank_id)}/exchange-rates",
            body=body,
            headers={"Idempotency-Key": idempotency_key},
        )

    def export_bank_exchange_rates_csv(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankExchangeRatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): exchange_rates."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/exchange-rates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_bank_exchange_rates_ndjson(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankExchangeRatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): exchange_rates."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/exchange-rates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_bank_members(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListBankMembersQuery],
    ) -> Answer[types.MemberPage]:
        """Filtered, sorted, one page at a time: bank_members."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/members",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def admit_member(
        self, bank_id: int | str, body: types.NewMember, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord]:
        """Admit a member."""
        return self.send(
            "POST",
            f"/banks/{place(bank_id)}/members",
            body=body,
            headers={"Idempotency-Key": idempotency_key},
        )

    def export_bank_members_csv(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankMembersCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): bank_members."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/members.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_bank_members_ndjson(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankMembersNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): bank_members."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/members.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_payment_batches(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListPaymentBatchesQuery],
    ) -> Answer[types.PaymentBatchPage]:
        """Filtered, sorted, one page at a time: payment_batches."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/payment-batches",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def create_payment_batch(
        self,
        bank_id: int | str,
        body: types.NewBatch | None = None,
        /,
        *,
        idempotency_key: str | None = None,
    ) -> Answer[types.MadePaymentBatch]:
        """Make a file of the payments that wait."""
        return self.send(
            "POST",
            f"/banks/{place(bank_id)}/payment-batches",
            body=body,
            headers={"Idempotency-Key": idempotency_key},
        )

    def export_payment_batches_csv(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportPaymentBatchesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): payment_batches."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/payment-batches.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_payment_batches_ndjson(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportPaymentBatchesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): payment_batches."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/payment-batches.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def preview_payment_batch(
        self, bank_id: int | str, body: types.NewBatch | None = None, /
    ) -> Answer[types.PaymentBatchPreview]:
        """What a file of the payments that wait would hold."""
        return self.send("POST", f"/banks/{place(bank_id)}/payment-batches/preview", body=body)

    def get_bank_policies(self, bank_id: int | str, /) -> Answer[types.PolicyVersions]:
        """What it takes at a bank to have a claim paid."""
        return self.send("GET", f"/banks/{place(bank_id)}/policies")

    def set_bank_policy(
        self, bank_id: int | str, body: types.PolicyChange, /, *, idempotency_key: str | None = None
    ) -> Answer[types.PolicyVersions | types.WaitingRecord]:
        """Set what it takes to have a claim paid."""
        return self.send(
            "POST",
            f"/banks/{place(bank_id)}/policies",
            body=body,
            headers={"Idempotency-Key": idempotency_key},
        )

    def list_bank_proposals(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListBankProposalsQuery],
    ) -> Answer[types.ProposalPage]:
        """Filtered, sorted, one page at a time: proposals."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/proposals",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_bank_proposals_csv(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankProposalsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): proposals."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/proposals.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_bank_proposals_ndjson(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankProposalsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): proposals."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/proposals.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_bank_reimbursements(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListBankReimbursementsQuery],
    ) -> Answer[types.ReimbursementCountedPage]:
        """Filtered, sorted, one page at a time: reimbursements."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/reimbursements",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_bank_reimbursements_csv(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankReimbursementsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): reimbursements."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/reimbursements.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_bank_reimbursements_ndjson(
        self,
        bank_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportBankReimbursementsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): reimbursements."""
        return self.send(
            "GET",
            f"/banks/{place(bank_id)}/reimbursements.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def deactivate_bank(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Take a bank out of use."""
        return self.send(
            "DELETE",
            f"/banks/{place(record_id)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_bank(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetBankQuery],
    ) -> Answer[types.Bank]:
        """One of the banks, by id or uid."""
        return self.send(
            "GET",
            f"/banks/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def change_bank(
        self,
        record_id: int | str,
        body: types.BankChange,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Change a bank."""
        return self.send(
            "PATCH",
            f"/banks/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_bank_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the banks."""
        return self.send(
            "GET",
            f"/banks/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def describe_collections(self) -> Answer[types.CollectionsShown]:
        """What each collection is."""
        return self.send("GET", "/collections")

    def list_customers(
        self, *, min_position: int | None = None, **query: Unpack[types.ListCustomersQuery]
    ) -> Answer[types.CustomerPage]:
        """Filtered, sorted, one page at a time: customers."""
        return self.send(
            "GET", "/customers", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_customers_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportCustomersCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): customers."""
        return self.send(
            "GET", "/customers.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_customers_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportCustomersNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): customers."""
        return self.send(
            "GET", "/customers.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def get_customer(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetCustomerQuery],
    ) -> Answer[types.Customer]:
        """One of the customers, by id or uid."""
        return self.send(
            "GET",
            f"/customers/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_customer_cash_flow(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetCustomerCashFlowQuery],
    ) -> Answer[types.CustomerCashFlow]:
        """What a customer earned and spent by month."""
        return self.send(
            "GET",
            f"/customers/{place(record_id)}/cashflow",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_customer_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the customers."""
        return self.send(
            "GET",
            f"/customers/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def list_delegations(
        self, *, min_position: int | None = None, **query: Unpack[types.ListDelegationsQuery]
    ) -> Answer[types.DelegationPage]:
        """Filtered, sorted, one page at a time: delegations."""
        return self.send(
            "GET", "/delegations", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def delegate_delegation(
        self, body: types.NewDelegation, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord]:
        """Lend one's limit to another administrator."""
        return self.send(
            "POST", "/delegations", body=body, headers={"Idempotency-Key": idempotency_key}
        )

    def export_delegations_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportDelegationsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): delegations."""
        return self.send(
            "GET", "/delegations.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_delegations_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportDelegationsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): delegations."""
        return self.send(
            "GET",
            "/delegations.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def end_delegation(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Lend one's limit no longer."""
        return self.send(
            "DELETE",
            f"/delegations/{place(record_id)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_delegation(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetDelegationQuery],
    ) -> Answer[types.Delegation]:
        """One of the delegations, by id or uid."""
        return self.send(
            "GET",
            f"/delegations/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_delegation_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the delegations."""
        return self.send(
            "GET",
            f"/delegations/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def get_freshness(self, *, min_position: int | None = None) -> Answer[types.Freshness]:
        """How fresh the transactions are."""
        return self.send("GET", "/etl/freshness", headers={"Daybook-Min-Position": min_position})

    def list_etl_rejects(
        self, *, min_position: int | None = None, **query: Unpack[types.ListEtlRejectsQuery]
    ) -> Answer[types.EtlRejectPage]:
        """Filtered, sorted, one page at a time: rejects."""
        return self.send(
            "GET", "/etl/rejects", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_etl_rejects_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportEtlRejectsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): rejects."""
        return self.send(
            "GET", "/etl/rejects.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_etl_rejects_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportEtlRejectsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): rejects."""
        return self.send(
            "GET",
            "/etl/rejects.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def aggregate_etl_rejects(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateEtlRejectsQuery]
    ) -> Answer[types.EtlRejectGroups]:
        """Sums, counts and averages per group: rejects."""
        return self.send(
            "GET",
            "/etl/rejects/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_etl_rejects_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportEtlRejectsAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): rejects, aggregates."""
        return self.send(
            "GET",
            "/etl/rejects/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_etl_rejects_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportEtlRejectsAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): rejects, aggregates."""
        return self.send(
            "GET",
            "/etl/rejects/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_etl_rejects(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetEtlRejectsQuery]
    ) -> Answer[types.EtlRejectFacets]:
        """Which values occur, how often and with what sum: rejects."""
        return self.send(
            "GET",
            "/etl/rejects/facets",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def replay_etl_rejects(
        self, body: types.ReplayRequest, /, *, min_position: int | None = None
    ) -> Answer[types.ReplayAnswer]:
        """Load rows that were put aside."""
        return self.send(
            "POST", "/etl/rejects/replay", body=body, headers={"Daybook-Min-Position": min_position}
        )

    def get_etl_reject(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetEtlRejectQuery],
    ) -> Answer[types.EtlReject]:
        """One of the rejects, by id or uid."""
        return self.send(
            "GET",
            f"/etl/rejects/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def correct_etl_reject(
        self,
        record_id: int | str,
        body: types.CorrectEtlRejectBody,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Say what some cells of a row should have held."""
        return self.send(
            "PATCH",
            f"/etl/rejects/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def list_runs(
        self, *, min_position: int | None = None, **query: Unpack[types.ListRunsQuery]
    ) -> Answer[types.RunPage]:
        """Filtered, sorted, one page at a time: imports."""
        return self.send(
            "GET", "/etl/runs", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_runs_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportRunsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): imports."""
        return self.send(
            "GET", "/etl/runs.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_runs_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportRunsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): imports."""
        return self.send(
            "GET", "/etl/runs.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def aggregate_runs(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateRunsQuery]
    ) -> Answer[types.RunGroups]:
        """Sums, counts and averages per group: imports."""
        return self.send(
            "GET",
            "/etl/runs/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_runs_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportRunsAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): imports, aggregates."""
        return self.send(
            "GET",
            "/etl/runs/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_runs_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportRunsAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): imports, aggregates."""
        return self.send(
            "GET",
            "/etl/runs/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_runs(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetRunsQuery]
    ) -> Answer[types.RunFacets]:
        """Which values occur, how often and with what sum: imports."""
        return self.send(
            "GET", "/etl/runs/facets", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def list_run_rejects(
        self,
        import_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListRunRejectsQuery],
    ) -> Answer[types.EtlRejectPage]:
        """Filtered, sorted, one page at a time: rejects."""
        return self.send(
            "GET",
            f"/etl/runs/{place(import_id)}/rejects",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_run_rejects_csv(
        self,
        import_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportRunRejectsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): rejects."""
        return self.send(
            "GET",
            f"/etl/runs/{place(import_id)}/rejects.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_run_rejects_ndjson(
        self,
        import_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportRunRejectsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): rejects."""
        return self.send(
            "GET",
            f"/etl/runs/{place(import_id)}/rejects.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_run(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetRunQuery],
    ) -> Answer[types.Run]:
        """One of the imports, by id or uid."""
        return self.send(
            "GET",
            f"/etl/runs/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_run_log(self, record_id: int | str, /) -> Answer[types.GetRunLogAnswer]:
        """What a run has to say."""
        return self.send("GET", f"/etl/runs/{place(record_id)}/log")

    def get_run_log_text(self, record_id: int | str, /) -> Answer[str]:
        """What a run has to say."""
        return self.send("GET", f"/etl/runs/{place(record_id)}/log.txt")

    def list_events(
        self, *, min_position: int | None = None, **query: Unpack[types.ListEventsQuery]
    ) -> Answer[types.EventPage]:
        """Filtered, sorted, one page at a time: events."""
        return self.send(
            "GET", "/events", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_events_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportEventsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): events."""
        return self.send(
            "GET", "/events.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_events_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportEventsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): events."""
        return self.send(
            "GET", "/events.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def get_event_catalogue(self) -> Answer[types.EventCatalogue]:
        """What can be in the log."""
        return self.send("GET", "/events/catalogue")

    def get_event_schema(self, name: int | str, /) -> Answer[bytes]:
        """The JSON Schema of an event."""
        return self.send("GET", f"/events/catalogue/{place(name)}")

    def get_event(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetEventQuery],
    ) -> Answer[types.Event]:
        """One of the events, by id or uid."""
        return self.send(
            "GET",
            f"/events/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_exchange_rates(
        self, *, min_position: int | None = None, **query: Unpack[types.ListExchangeRatesQuery]
    ) -> Answer[types.ExchangeRatePage]:
        """Filtered, sorted, one page at a time: exchange_rates."""
        return self.send(
            "GET", "/exchange-rates", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_exchange_rates_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportExchangeRatesCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): exchange_rates."""
        return self.send(
            "GET",
            "/exchange-rates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_exchange_rates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportExchangeRatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): exchange_rates."""
        return self.send(
            "GET",
            "/exchange-rates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def aggregate_exchange_rates(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateExchangeRatesQuery]
    ) -> Answer[types.ExchangeRateGroups]:
        """Sums, counts and averages per group: exchange_rates."""
        return self.send(
            "GET",
            "/exchange-rates/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_exchange_rates_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportExchangeRatesAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): exchange_rates, aggregates."""
        return self.send(
            "GET",
            "/exchange-rates/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_exchange_rates_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportExchangeRatesAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): exchange_rates, aggregates."""
        return self.send(
            "GET",
            "/exchange-rates/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_exchange_rates(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetExchangeRatesQuery]
    ) -> Answer[types.ExchangeRateFacets]:
        """Which values occur, how often and with what sum: exchange_rates."""
        return self.send(
            "GET",
            "/exchange-rates/facets",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_exchange_rate(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetExchangeRateQuery],
    ) -> Answer[types.ExchangeRate]:
        """One of the exchange_rates, by id or uid."""
        return self.send(
            "GET",
            f"/exchange-rates/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_exchange_rate_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the exchange_rates."""
        return self.send(
            "GET",
            f"/exchange-rates/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def list_expenses(
        self, *, min_position: int | None = None, **query: Unpack[types.ListExpensesQuery]
    ) -> Answer[types.ExpensePage]:
        """Filtered, sorted, one page at a time: expenses."""
        return self.send(
            "GET", "/expenses", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def record_expense(
        self, body: types.NewExpense, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord]:
        """Record one expense."""
        return self.send(
            "POST", "/expenses", body=body, headers={"Idempotency-Key": idempotency_key}
        )

    def export_expenses_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportExpensesCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): expenses."""
        return self.send(
            "GET", "/expenses.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_expenses_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportExpensesNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): expenses."""
        return self.send(
            "GET", "/expenses.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def aggregate_expenses(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateExpensesQuery]
    ) -> Answer[types.ExpenseGroups]:
        """Sums, counts and averages per group: expenses."""
        return self.send(
            "GET",
            "/expenses/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_expenses_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportExpensesAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): expenses, aggregates."""
        return self.send(
            "GET",
            "/expenses/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_expenses_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportExpensesAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): expenses, aggregates."""
        return self.send(
            "GET",
            "/expenses/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_expenses(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetExpensesQuery]
    ) -> Answer[types.ExpenseFacets]:
        """Which values occur, how often and with what sum: expenses."""
        return self.send(
            "GET", "/expenses/facets", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def get_expense(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetExpenseQuery],
    ) -> Answer[types.Expense]:
        """One of the expenses, by id or uid."""
        return self.send(
            "GET",
            f"/expenses/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def correct_expense(
        self,
        record_id: int | str,
        body: types.ExpenseCorrection,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Correct an expense by a linked entry."""
        return self.send(
            "POST",
            f"/expenses/{place(record_id)}/correct",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_expense_history(self, record_id: int | str, /) -> Answer[types.History]:
        """The facts behind one expense."""
        return self.send("GET", f"/expenses/{place(record_id)}/history")

    def void_expense(
        self,
        record_id: int | str,
        body: types.Reason,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Let an expense stand no longer."""
        return self.send(
            "POST",
            f"/expenses/{place(record_id)}/void",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_liveness(self) -> Answer[types.Alive]:
        """Does the process answer?."""
        return self.send("GET", "/health/live")

    def get_readiness(self) -> Answer[types.Ready]:
        """Can requests be served?."""
        return self.send("GET", "/health/ready")

    def list_imports(
        self, *, min_position: int | None = None, **query: Unpack[types.ListImportsQuery]
    ) -> Answer[types.ImportPage]:
        """Filtered, sorted, one page at a time: imports."""
        return self.send(
            "GET", "/imports", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_imports_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportImportsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): imports."""
        return self.send(
            "GET", "/imports.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_imports_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportImportsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): imports."""
        return self.send(
            "GET", "/imports.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def import_expenses(
        self,
        body: types.ExpenseFile,
        /,
        *,
        idempotency_key: str | None = None,
        prefer: str | None = None,
    ) -> Answer[types.ImportPreview | types.ImportEnded | types.ImportAccepted]:
        """Import a file of expenses."""
        return self.send(
            "POST",
            "/imports/expenses",
            form=body,
            headers={"Idempotency-Key": idempotency_key, "Prefer": prefer},
        )

    def list_profiles(
        self, *, min_position: int | None = None, **query: Unpack[types.ListProfilesQuery]
    ) -> Answer[types.ProfilePage]:
        """Filtered, sorted, one page at a time: import_profiles."""
        return self.send(
            "GET", "/imports/profiles", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def confirm_profile(
        self, body: types.NewProfile, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord]:
        """Confirm what files of a source are like."""
        return self.send(
            "POST", "/imports/profiles", body=body, headers={"Idempotency-Key": idempotency_key}
        )

    def export_profiles_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportProfilesCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): import_profiles."""
        return self.send(
            "GET",
            "/imports/profiles.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_profiles_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportProfilesNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): import_profiles."""
        return self.send(
            "GET",
            "/imports/profiles.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def withdraw_profile(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Withdraw a profile."""
        return self.send(
            "DELETE",
            f"/imports/profiles/{place(record_id)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_profile(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetProfileQuery],
    ) -> Answer[types.Profile]:
        """One of the import_profiles, by id or uid."""
        return self.send(
            "GET",
            f"/imports/profiles/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_profile_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the import_profiles."""
        return self.send(
            "GET",
            f"/imports/profiles/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def import_statements(
        self,
        body: types.MonthFile,
        /,
        *,
        idempotency_key: str | None = None,
        prefer: str | None = None,
    ) -> Answer[types.ImportPreview | types.ImportEnded | types.ImportAccepted]:
        """Import a file of statements."""
        return self.send(
            "POST",
            "/imports/statements",
            form=body,
            headers={"Idempotency-Key": idempotency_key, "Prefer": prefer},
        )

    def import_transactions(
        self,
        body: types.TransactionFile,
        /,
        *,
        idempotency_key: str | None = None,
        prefer: str | None = None,
    ) -> Answer[types.ImportPreview | types.ImportEnded | types.ImportAccepted]:
        """Import a file of transactions."""
        return self.send(
            "POST",
            "/imports/transactions",
            form=body,
            headers={"Idempotency-Key": idempotency_key, "Prefer": prefer},
        )

    def import_usages(
        self,
        body: types.UsageFile,
        /,
        *,
        idempotency_key: str | None = None,
        prefer: str | None = None,
    ) -> Answer[types.ImportPreview | types.ImportEnded | types.ImportAccepted]:
        """Import a file of usages."""
        return self.send(
            "POST",
            "/imports/usages",
            form=body,
            headers={"Idempotency-Key": idempotency_key, "Prefer": prefer},
        )

    def list_import_rejects(
        self,
        import_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListImportRejectsQuery],
    ) -> Answer[types.RejectPage]:
        """Filtered, sorted, one page at a time: rejects."""
        return self.send(
            "GET",
            f"/imports/{place(import_id)}/rejects",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_import_rejects_csv(
        self,
        import_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportImportRejectsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): rejects."""
        return self.send(
            "GET",
            f"/imports/{place(import_id)}/rejects.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_import_rejects_ndjson(
        self,
        import_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportImportRejectsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): rejects."""
        return self.send(
            "GET",
            f"/imports/{place(import_id)}/rejects.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_import(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetImportQuery],
    ) -> Answer[types.Import]:
        """One of the imports, by id or uid."""
        return self.send(
            "GET",
            f"/imports/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_import_history(self, record_id: int | str, /) -> Answer[types.History]:
        """The facts behind one import run."""
        return self.send("GET", f"/imports/{place(record_id)}/history")

    def get_import_log(self, record_id: int | str, /) -> Answer[types.GetImportLogAnswer]:
        """What a run has to say."""
        return self.send("GET", f"/imports/{place(record_id)}/log")

    def get_import_log_text(self, record_id: int | str, /) -> Answer[str]:
        """What a run has to say."""
        return self.send("GET", f"/imports/{place(record_id)}/log.txt")

    def revert_import(
        self,
        record_id: int | str,
        body: types.Reason,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Take back all that an import recorded."""
        return self.send(
            "POST",
            f"/imports/{place(record_id)}/revert",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def list_ledger_accounts(
        self, *, min_position: int | None = None
    ) -> Answer[types.LedgerAccounts]:
        """The chart of accounts."""
        return self.send("GET", "/ledger/accounts", headers={"Daybook-Min-Position": min_position})

    def get_ledger_balances(
        self, *, min_position: int | None = None, **query: Unpack[types.GetLedgerBalancesQuery]
    ) -> Answer[types.LedgerBalances]:
        """Balances of all accounts, now or at a moment."""
        return self.send(
            "GET", "/ledger/balances", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def list_ledger_entries(
        self, *, min_position: int | None = None, **query: Unpack[types.ListLedgerEntriesQuery]
    ) -> Answer[types.LedgerEntryPage]:
        """Filtered, sorted, one page at a time: ledger_entries."""
        return self.send(
            "GET", "/ledger/entries", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_ledger_entries_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportLedgerEntriesCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): ledger_entries."""
        return self.send(
            "GET",
            "/ledger/entries.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_ledger_entries_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportLedgerEntriesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): ledger_entries."""
        return self.send(
            "GET",
            "/ledger/entries.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def aggregate_ledger_entries(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateLedgerEntriesQuery]
    ) -> Answer[types.LedgerEntryGroups]:
        """Sums, counts and averages per group: ledger_entries."""
        return self.send(
            "GET",
            "/ledger/entries/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_ledger_entries_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportLedgerEntriesAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): ledger_entries, aggregates."""
        return self.send(
            "GET",
            "/ledger/entries/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_ledger_entries_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportLedgerEntriesAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): ledger_entries, aggregates."""
        return self.send(
            "GET",
            "/ledger/entries/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_ledger_entries(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetLedgerEntriesQuery]
    ) -> Answer[types.LedgerEntryFacets]:
        """Which values occur, how often and with what sum: ledger_entries."""
        return self.send(
            "GET",
            "/ledger/entries/facets",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_ledger_entry(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetLedgerEntryQuery],
    ) -> Answer[types.LedgerEntry]:
        """One of the ledger_entries, by id or uid."""
        return self.send(
            "GET",
            f"/ledger/entries/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_letters(
        self, *, min_position: int | None = None, **query: Unpack[types.ListLettersQuery]
    ) -> Answer[types.LetterPage]:
        """Filtered, sorted, one page at a time: letters."""
        return self.send(
            "GET", "/letters", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_letters_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportLettersCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): letters."""
        return self.send(
            "GET", "/letters.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_letters_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportLettersNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): letters."""
        return self.send(
            "GET", "/letters.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def get_letter(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetLetterQuery],
    ) -> Answer[types.Letter]:
        """One of the letters, by id or uid."""
        return self.send(
            "GET",
            f"/letters/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def report_bounce(self, body: types.BounceReport, /) -> Answer[types.NotedBounce]:
        """Report that a message came back."""
        return self.send("POST", "/mail/bounces", body=body)

    def list_members(
        self, *, min_position: int | None = None, **query: Unpack[types.ListMembersQuery]
    ) -> Answer[types.MemberPage]:
        """Filtered, sorted, one page at a time: bank_members."""
        return self.send(
            "GET", "/members", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_members_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportMembersCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): bank_members."""
        return self.send(
            "GET", "/members.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_members_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportMembersNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): bank_members."""
        return self.send(
            "GET", "/members.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def deactivate_member(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """End a membership."""
        return self.send(
            "DELETE",
            f"/members/{place(record_id)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_member(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetMemberQuery],
    ) -> Answer[types.Member]:
        """One of the bank_members, by id or uid."""
        return self.send(
            "GET",
            f"/members/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def change_member(
        self,
        record_id: int | str,
        body: types.MemberChange,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Change a member's name."""
        return self.send(
            "PATCH",
            f"/members/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_member_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the bank_members."""
        return self.send(
            "GET",
            f"/members/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def get_metrics(self) -> Answer[str]:
        """Measurements for Prometheus."""
        return self.send("GET", "/metrics")

    def list_obligations(
        self, *, min_position: int | None = None, **query: Unpack[types.ListObligationsQuery]
    ) -> Answer[types.ObligationCountedPage]:
        """Filtered, sorted, one page at a time: obligations."""
        return self.send(
            "GET", "/obligations", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_obligations_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportObligationsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): obligations."""
        return self.send(
            "GET", "/obligations.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_obligations_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportObligationsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): obligations."""
        return self.send(
            "GET",
            "/obligations.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def aggregate_obligations(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateObligationsQuery]
    ) -> Answer[types.ObligationGroups]:
        """Sums, counts and averages per group: obligations."""
        return self.send(
            "GET",
            "/obligations/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_obligations_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportObligationsAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): obligations, aggregates."""
        return self.send(
            "GET",
            "/obligations/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_obligations_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportObligationsAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): obligations, aggregates."""
        return self.send(
            "GET",
            "/obligations/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_obligations(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetObligationsQuery]
    ) -> Answer[types.ObligationFacets]:
        """Which values occur, how often and with what sum: obligations."""
        return self.send(
            "GET",
            "/obligations/facets",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_obligation(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetObligationQuery],
    ) -> Answer[types.Obligation]:
        """One of the obligations, by id or uid."""
        return self.send(
            "GET",
            f"/obligations/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def cancel_obligation(
        self,
        record_id: int | str,
        body: types.Because,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Obligation]:
        """Take back the payment that is scheduled, or what is held."""
        return self.send(
            "POST",
            f"/obligations/{place(record_id)}/cancel",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_obligation_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the obligations."""
        return self.send(
            "GET",
            f"/obligations/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def hold_obligation(
        self,
        record_id: int | str,
        body: types.Because,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Obligation]:
        """Pay nothing for now."""
        return self.send(
            "POST",
            f"/obligations/{place(record_id)}/hold",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def redirect_obligation(
        self,
        record_id: int | str,
        body: types.Redirection,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Obligation | types.WaitingRecord]:
        """Pay to another account of the member."""
        return self.send(
            "POST",
            f"/obligations/{place(record_id)}/redirect",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def release_obligation(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Obligation | types.WaitingRecord]:
        """Pay what is held."""
        return self.send(
            "POST",
            f"/obligations/{place(record_id)}/release",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def retry_obligation(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Obligation | types.WaitingRecord]:
        """Pay by another attempt."""
        return self.send(
            "POST",
            f"/obligations/{place(record_id)}/retry",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def write_off_obligation(
        self,
        record_id: int | str,
        body: types.Because,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Obligation | types.WaitingRecord]:
        """Owe it no more."""
        return self.send(
            "POST",
            f"/obligations/{place(record_id)}/write-off",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_payment_batch(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetPaymentBatchQuery],
    ) -> Answer[types.PaymentBatch]:
        """One of the payment_batches, by id or uid."""
        return self.send(
            "GET",
            f"/payment-batches/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_payment_file(self, record_id: int | str, /) -> Answer[bytes]:
        """The file of a batch."""
        return self.send("GET", f"/payment-batches/{place(record_id)}/file")

    def get_payment_batch_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the payment_batches."""
        return self.send(
            "GET",
            f"/payment-batches/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def release_payment_batch(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.PaymentBatchStatus]:
        """Release a batch to be handed in."""
        return self.send(
            "POST",
            f"/payment-batches/{place(record_id)}/release",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def void_payment_batch(
        self,
        record_id: int | str,
        body: types.Reason,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.PaymentBatchStatus]:
        """Give a batch up before it is released."""
        return self.send(
            "POST",
            f"/payment-batches/{place(record_id)}/void",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def list_payments(
        self, *, min_position: int | None = None, **query: Unpack[types.ListPaymentsQuery]
    ) -> Answer[types.PaymentPage]:
        """Filtered, sorted, one page at a time: payments."""
        return self.send(
            "GET", "/payments", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_payments_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportPaymentsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): payments."""
        return self.send(
            "GET", "/payments.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_payments_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportPaymentsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): payments."""
        return self.send(
            "GET", "/payments.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def aggregate_payments(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregatePaymentsQuery]
    ) -> Answer[types.PaymentGroups]:
        """Sums, counts and averages per group: payments."""
        return self.send(
            "GET",
            "/payments/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_payments_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportPaymentsAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): payments, aggregates."""
        return self.send(
            "GET",
            "/payments/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_payments_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportPaymentsAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): payments, aggregates."""
        return self.send(
            "GET",
            "/payments/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_payment_cases(
        self, *, min_position: int | None = None, **query: Unpack[types.ListPaymentCasesQuery]
    ) -> Answer[types.PaymentCasePage]:
        """Filtered, sorted, one page at a time: payment_cases."""
        return self.send(
            "GET", "/payments/cases", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_payment_cases_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportPaymentCasesCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): payment_cases."""
        return self.send(
            "GET",
            "/payments/cases.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_payment_cases_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportPaymentCasesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): payment_cases."""
        return self.send(
            "GET",
            "/payments/cases.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def aggregate_payment_cases(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregatePaymentCasesQuery]
    ) -> Answer[types.PaymentCaseGroups]:
        """Sums, counts and averages per group: payment_cases."""
        return self.send(
            "GET",
            "/payments/cases/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_payment_cases_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportPaymentCasesAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): payment_cases, aggregates."""
        return self.send(
            "GET",
            "/payments/cases/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_payment_cases_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportPaymentCasesAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): payment_cases, aggregates."""
        return self.send(
            "GET",
            "/payments/cases/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_payment_cases(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetPaymentCasesQuery]
    ) -> Answer[types.PaymentCaseFacets]:
        """Which values occur, how often and with what sum: payment_cases."""
        return self.send(
            "GET",
            "/payments/cases/facets",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_payment_case(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetPaymentCaseQuery],
    ) -> Answer[types.PaymentCase]:
        """One of the payment_cases, by id or uid."""
        return self.send(
            "GET",
            f"/payments/cases/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def close_payment_case(
        self,
        record_id: int | str,
        body: types.CaseFinding,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Close a case."""
        return self.send(
            "POST",
            f"/payments/cases/{place(record_id)}/close",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_payment_case_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the payment_cases."""
        return self.send(
            "GET",
            f"/payments/cases/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_payments(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetPaymentsQuery]
    ) -> Answer[types.PaymentFacets]:
        """Which values occur, how often and with what sum: payments."""
        return self.send(
            "GET", "/payments/facets", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def get_payment(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetPaymentQuery],
    ) -> Answer[types.Payment]:
        """One of the payments, by id or uid."""
        return self.send(
            "GET",
            f"/payments/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_payment_history(self, record_id: int | str, /) -> Answer[types.History]:
        """The facts behind one payment."""
        return self.send("GET", f"/payments/{place(record_id)}/history")

    def report_payment_outcome(
        self,
        record_id: int | str,
        body: types.PaymentOutcome,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.PaymentLeft]:
        """Report what became of a payment that left in a file."""
        return self.send(
            "POST",
            f"/payments/{place(record_id)}/outcome",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_problem_family(self, family: int | str, /) -> Answer[types.ProblemFamily]:
        """What a kind of problem means."""
        return self.send("GET", f"/problems/{place(family)}")

    def list_replays(self) -> Answer[types.ReplaysShown]:
        """What was asked of the projectors."""
        return self.send("GET", "/projections/replays")

    def replay_projection(
        self, projection: int | str, body: types.NewReplay, /
    ) -> Answer[types.Replay]:
        """Verify a read model, or rebuild it."""
        return self.send("POST", f"/projections/{place(projection)}/replays", body=body)

    def list_proposals(
        self, *, min_position: int | None = None, **query: Unpack[types.ListProposalsQuery]
    ) -> Answer[types.ProposalPage]:
        """Filtered, sorted, one page at a time: proposals."""
        return self.send(
            "GET", "/proposals", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_proposals_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportProposalsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): proposals."""
        return self.send(
            "GET", "/proposals.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_proposals_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportProposalsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): proposals."""
        return self.send(
            "GET", "/proposals.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def get_proposal(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetProposalQuery],
    ) -> Answer[types.Proposal]:
        """One of the proposals, by id or uid."""
        return self.send(
            "GET",
            f"/proposals/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def confirm_proposal(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Confirm what somebody else proposed."""
        return self.send(
            "POST",
            f"/proposals/{place(record_id)}/confirm",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_proposal_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the proposals."""
        return self.send(
            "GET",
            f"/proposals/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def reject_proposal(
        self,
        record_id: int | str,
        body: types.Rejection | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Reject what somebody else proposed."""
        return self.send(
            "POST",
            f"/proposals/{place(record_id)}/reject",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def withdraw_proposal(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Withdraw a proposal of one's own."""
        return self.send(
            "POST",
            f"/proposals/{place(record_id)}/withdraw",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def list_reactions(
        self, *, min_position: int | None = None, **query: Unpack[types.ListReactionsQuery]
    ) -> Answer[types.ReactionPage]:
        """Filtered, sorted, one page at a time: reactions."""
        return self.send(
            "GET", "/reactions", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_reactions_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportReactionsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): reactions."""
        return self.send(
            "GET", "/reactions.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_reactions_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportReactionsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): reactions."""
        return self.send(
            "GET", "/reactions.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def aggregate_reactions(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateReactionsQuery]
    ) -> Answer[types.ReactionGroups]:
        """Sums, counts and averages per group: reactions."""
        return self.send(
            "GET",
            "/reactions/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_reactions_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportReactionsAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): reactions, aggregates."""
        return self.send(
            "GET",
            "/reactions/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_reactions_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportReactionsAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): reactions, aggregates."""
        return self.send(
            "GET",
            "/reactions/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_reaction(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetReactionQuery],
    ) -> Answer[types.Reaction]:
        """One of the reactions, by id or uid."""
        return self.send(
            "GET",
            f"/reactions/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def discard_reaction(self, record_id: int | str, /) -> Answer[types.ReactionStatus]:
        """Give a reaction up."""
        return self.send("POST", f"/reactions/{place(record_id)}/discard")

    def retry_reaction(self, record_id: int | str, /) -> Answer[types.ReactionStatus]:
        """Try a reaction again."""
        return self.send("POST", f"/reactions/{place(record_id)}/retry")

    def list_reimbursements(
        self, *, min_position: int | None = None, **query: Unpack[types.ListReimbursementsQuery]
    ) -> Answer[types.ReimbursementCountedPage]:
        """Filtered, sorted, one page at a time: reimbursements."""
        return self.send(
            "GET", "/reimbursements", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def submit_reimbursement(
        self, body: types.NewReimbursement, /, *, idempotency_key: str | None = None
    ) -> Answer[types.Reimbursement]:
        """Claim money back."""
        return self.send(
            "POST", "/reimbursements", body=body, headers={"Idempotency-Key": idempotency_key}
        )

    def export_reimbursements_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportReimbursementsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): reimbursements."""
        return self.send(
            "GET",
            "/reimbursements.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_reimbursements_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportReimbursementsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): reimbursements."""
        return self.send(
            "GET",
            "/reimbursements.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def aggregate_reimbursements(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.AggregateReimbursementsQuery],
    ) -> Answer[types.ReimbursementGroups]:
        """Sums, counts and averages per group: reimbursements."""
        return self.send(
            "GET",
            "/reimbursements/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_reimbursements_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportReimbursementsAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): reimbursements, aggregates."""
        return self.send(
            "GET",
            "/reimbursements/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_reimbursements_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportReimbursementsAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): reimbursements, aggregates."""
        return self.send(
            "GET",
            "/reimbursements/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def decide_reimbursements(
        self, body: types.Decisions, /, *, idempotency_key: str | None = None
    ) -> Answer[types.DecisionResults]:
        """Decide many claims at once."""
        return self.send(
            "POST",
            "/reimbursements/decisions",
            body=body,
            headers={"Idempotency-Key": idempotency_key},
        )

    def facet_reimbursements(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetReimbursementsQuery]
    ) -> Answer[types.ReimbursementFacets]:
        """Which values occur, how often and with what sum: reimbursements."""
        return self.send(
            "GET",
            "/reimbursements/facets",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_reimbursement(
        self, record_id: int | str, /, **query: Unpack[types.GetReimbursementQuery]
    ) -> Answer[types.Reimbursement]:
        """One claim, as it is or as it was."""
        return self.send("GET", f"/reimbursements/{place(record_id)}", query=query)

    def amend_reimbursement(
        self,
        record_id: int | str,
        body: types.ReimbursementChange,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Reimbursement]:
        """Amend a pending claim."""
        return self.send(
            "PATCH",
            f"/reimbursements/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def approve_reimbursement(
        self,
        record_id: int | str,
        body: types.Approval | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Reimbursement]:
        """Have a claim paid."""
        return self.send(
            "POST",
            f"/reimbursements/{place(record_id)}/approve",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def deny_reimbursement(
        self,
        record_id: int | str,
        body: types.Denial,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Reimbursement]:
        """Refuse to have a claim paid."""
        return self.send(
            "POST",
            f"/reimbursements/{place(record_id)}/deny",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_reimbursement_history(self, record_id: int | str, /) -> Answer[types.History]:
        """The facts behind one claim."""
        return self.send("GET", f"/reimbursements/{place(record_id)}/history")

    def withdraw_reimbursement(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.Reimbursement]:
        """Take a pending claim back."""
        return self.send(
            "POST",
            f"/reimbursements/{place(record_id)}/withdraw",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def list_rejects(
        self, *, min_position: int | None = None, **query: Unpack[types.ListRejectsQuery]
    ) -> Answer[types.RejectPage]:
        """Filtered, sorted, one page at a time: rejects."""
        return self.send(
            "GET", "/rejects", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_rejects_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportRejectsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): rejects."""
        return self.send(
            "GET", "/rejects.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_rejects_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportRejectsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): rejects."""
        return self.send(
            "GET", "/rejects.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def aggregate_rejects(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateRejectsQuery]
    ) -> Answer[types.RejectGroups]:
        """Sums, counts and averages per group: rejects."""
        return self.send(
            "GET",
            "/rejects/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_rejects_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportRejectsAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): rejects, aggregates."""
        return self.send(
            "GET",
            "/rejects/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_rejects_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportRejectsAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): rejects, aggregates."""
        return self.send(
            "GET",
            "/rejects/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_rejects(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetRejectsQuery]
    ) -> Answer[types.RejectFacets]:
        """Which values occur, how often and with what sum: rejects."""
        return self.send(
            "GET", "/rejects/facets", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def replay_rejects(
        self, body: types.ReplayRequest, /, *, min_position: int | None = None
    ) -> Answer[types.ReplayAnswer]:
        """Load rows that were put aside."""
        return self.send(
            "POST", "/rejects/replay", body=body, headers={"Daybook-Min-Position": min_position}
        )

    def get_reject(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetRejectQuery],
    ) -> Answer[types.Reject]:
        """One of the rejects, by id or uid."""
        return self.send(
            "GET",
            f"/rejects/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def correct_reject(
        self,
        record_id: int | str,
        body: types.CorrectRejectBody,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Say what some cells of a row should have held."""
        return self.send(
            "PATCH",
            f"/rejects/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_reject_history(self, record_id: int | str, /) -> Answer[types.History]:
        """The facts behind one of the rejects."""
        return self.send("GET", f"/rejects/{place(record_id)}/history")

    def list_security_events(
        self, *, min_position: int | None = None, **query: Unpack[types.ListSecurityEventsQuery]
    ) -> Answer[types.SecurityEventPage]:
        """Filtered, sorted, one page at a time: security_events."""
        return self.send(
            "GET", "/security/events", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_security_events_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportSecurityEventsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): security_events."""
        return self.send(
            "GET",
            "/security/events.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_security_events_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportSecurityEventsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): security_events."""
        return self.send(
            "GET",
            "/security/events.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def aggregate_security_events(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.AggregateSecurityEventsQuery],
    ) -> Answer[types.SecurityEventGroups]:
        """Sums, counts and averages per group: security_events."""
        return self.send(
            "GET",
            "/security/events/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_security_events_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportSecurityEventsAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): security_events, aggregates."""
        return self.send(
            "GET",
            "/security/events/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_security_events_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportSecurityEventsAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): security_events, aggregates."""
        return self.send(
            "GET",
            "/security/events/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_security_events(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetSecurityEventsQuery]
    ) -> Answer[types.SecurityEventFacets]:
        """Which values occur, how often and with what sum: security_events."""
        return self.send(
            "GET",
            "/security/events/facets",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_security_event(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetSecurityEventQuery],
    ) -> Answer[types.SecurityEvent]:
        """One of the security_events, by id or uid."""
        return self.send(
            "GET",
            f"/security/events/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_service_accounts(
        self, *, min_position: int | None = None, **query: Unpack[types.ListServiceAccountsQuery]
    ) -> Answer[types.ServiceAccountPage]:
        """Filtered, sorted, one page at a time: service_accounts."""
        return self.send(
            "GET", "/service-accounts", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def create_service_account(
        self, body: types.NewServiceAccount, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord]:
        """Let in a machine."""
        return self.send(
            "POST", "/service-accounts", body=body, headers={"Idempotency-Key": idempotency_key}
        )

    def export_service_accounts_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportServiceAccountsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): service_accounts."""
        return self.send(
            "GET",
            "/service-accounts.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_service_accounts_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportServiceAccountsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): service_accounts."""
        return self.send(
            "GET",
            "/service-accounts.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_service_keys(self, account_id: int | str, /) -> Answer[types.KeysShown]:
        """The keys of a service account."""
        return self.send("GET", f"/service-accounts/{place(account_id)}/keys")

    def issue_service_key(
        self, account_id: int | str, body: types.ServiceKeyRequest, /
    ) -> Answer[types.IssuedKey]:
        """Issue a key to a service account."""
        return self.send("POST", f"/service-accounts/{place(account_id)}/keys", body=body)

    def revoke_service_key(self, account_id: int | str, key_id: int | str, /) -> Answer[None]:
        """Revoke a key of a service account."""
        return self.send(
            "POST", f"/service-accounts/{place(account_id)}/keys/{place(key_id)}/revoke"
        )

    def get_service_account(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetServiceAccountQuery],
    ) -> Answer[types.ServiceAccount]:
        """One of the service_accounts, by id or uid."""
        return self.send(
            "GET",
            f"/service-accounts/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def deactivate_service_account(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Take a service account out of use."""
        return self.send(
            "POST",
            f"/service-accounts/{place(record_id)}/deactivate",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def simulate_payment_failure(
        self, record_id: int | str, body: types.SimulatedReason, /
    ) -> Answer[types.PaymentLeft]:
        """Let the simulated bank fail a payment."""
        return self.send("POST", f"/simulations/payments/{place(record_id)}/fail", body=body)

    def simulate_payment_return(
        self, record_id: int | str, body: types.SimulatedReason, /
    ) -> Answer[types.PaymentLeft]:
        """Let the simulated bank return a payment."""
        return self.send("POST", f"/simulations/payments/{place(record_id)}/return", body=body)

    def simulate_payment_settlement(self, record_id: int | str, /) -> Answer[types.PaymentLeft]:
        """Let the simulated bank settle a payment."""
        return self.send("POST", f"/simulations/payments/{place(record_id)}/settle")

    def list_transactions(
        self, *, min_position: int | None = None, **query: Unpack[types.ListTransactionsQuery]
    ) -> Answer[types.TransactionPage]:
        """Filtered, sorted, one page at a time: transactions."""
        return self.send(
            "GET", "/transactions", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def ingest_transaction(
        self, body: types.NewTransaction, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord]:
        """Ingest one transaction."""
        return self.send(
            "POST", "/transactions", body=body, headers={"Idempotency-Key": idempotency_key}
        )

    def export_transactions_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportTransactionsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): transactions."""
        return self.send(
            "GET", "/transactions.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_transactions_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportTransactionsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): transactions."""
        return self.send(
            "GET",
            "/transactions.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def aggregate_transactions(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateTransactionsQuery]
    ) -> Answer[types.TransactionGroups]:
        """Sums, counts and averages per group: transactions."""
        return self.send(
            "GET",
            "/transactions/aggregates",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_transactions_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportTransactionsAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): transactions, aggregates."""
        return self.send(
            "GET",
            "/transactions/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_transactions_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportTransactionsAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): transactions, aggregates."""
        return self.send(
            "GET",
            "/transactions/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def facet_transactions(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetTransactionsQuery]
    ) -> Answer[types.TransactionFacets]:
        """Which values occur, how often and with what sum: transactions."""
        return self.send(
            "GET",
            "/transactions/facets",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_transaction(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetTransactionQuery],
    ) -> Answer[types.Transaction]:
        """One of the transactions, by id or uid."""
        return self.send(
            "GET",
            f"/transactions/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def correct_transaction(
        self,
        record_id: int | str,
        body: types.TransactionCorrection,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Correct a transaction by a linked entry."""
        return self.send(
            "POST",
            f"/transactions/{place(record_id)}/correct",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_transaction_history(self, record_id: int | str, /) -> Answer[types.History]:
        """The facts behind one of the transactions."""
        return self.send("GET", f"/transactions/{place(record_id)}/history")

    def void_transaction(
        self,
        record_id: int | str,
        body: types.Reason,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Let a transaction stand no longer."""
        return self.send(
            "POST",
            f"/transactions/{place(record_id)}/void",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_transaction_summary(
        self,
        user_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetTransactionSummaryQuery],
    ) -> Answer[types.TransactionSummary]:
        """What the transactions of one user come to."""
        return self.send(
            "GET",
            f"/transactions/{place(user_id)}/summary",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_usage_goals(
        self, *, min_position: int | None = None, **query: Unpack[types.ListUsageGoalsQuery]
    ) -> Answer[types.UsageGoalPage]:
        """Filtered, sorted, one page at a time: usage_goals."""
        return self.send(
            "GET", "/usage-goals", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def set_usage_goal(
        self, body: types.NewGoal, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord]:
        """Set a goal."""
        return self.send(
            "POST", "/usage-goals", body=body, headers={"Idempotency-Key": idempotency_key}
        )

    def export_usage_goals_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportUsageGoalsCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): usage_goals."""
        return self.send(
            "GET", "/usage-goals.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_usage_goals_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportUsageGoalsNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): usage_goals."""
        return self.send(
            "GET",
            "/usage-goals.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def withdraw_usage_goal(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Withdraw a goal."""
        return self.send(
            "DELETE",
            f"/usage-goals/{place(record_id)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_usage_goal(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetUsageGoalQuery],
    ) -> Answer[types.UsageGoal]:
        """One of the usage_goals, by id or uid."""
        return self.send(
            "GET",
            f"/usage-goals/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def change_usage_goal(
        self,
        record_id: int | str,
        body: types.NewNumber,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Change a goal."""
        return self.send(
            "PATCH",
            f"/usage-goals/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_usage_goal_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the usage_goals."""
        return self.send(
            "GET",
            f"/usage-goals/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def get_goal_progress(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.GoalProgress]:
        """Actual emissions against a goal, month by month."""
        return self.send(
            "GET",
            f"/usage-goals/{place(record_id)}/progress",
            headers={"Daybook-Min-Position": min_position},
        )

    def list_usage_types(
        self, *, min_position: int | None = None, **query: Unpack[types.ListUsageTypesQuery]
    ) -> Answer[types.UsageTypePage]:
        """Filtered, sorted, one page at a time: usage_types."""
        return self.send(
            "GET", "/usage-types", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def define_usage_type(
        self, body: types.NewUsageType, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedUsageType]:
        """Define a usage type."""
        return self.send(
            "POST", "/usage-types", body=body, headers={"Idempotency-Key": idempotency_key}
        )

    def export_usage_types_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportUsageTypesCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): usage_types."""
        return self.send(
            "GET", "/usage-types.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_usage_types_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportUsageTypesNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): usage_types."""
        return self.send(
            "GET",
            "/usage-types.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def retire_usage_type(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedUsageType]:
        """Retire a usage type."""
        return self.send(
            "DELETE",
            f"/usage-types/{place(record_id)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_usage_type(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetUsageTypeQuery],
    ) -> Answer[types.UsageType]:
        """One of the usage_types, by id or uid."""
        return self.send(
            "GET",
            f"/usage-types/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def rename_usage_type(
        self,
        record_id: int | str,
        body: types.UsageTypeName,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedUsageType]:
        """Rename a usage type."""
        return self.send(
            "PATCH",
            f"/usage-types/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_usage_type_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the usage_types."""
        return self.send(
            "GET",
            f"/usage-types/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def list_usage_type_factors(
        self,
        type_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListUsageTypeFactorsQuery],
    ) -> Answer[types.UsageTypeFactorPage]:
        """Filtered, sorted, one page at a time: usage_type_factors."""
        return self.send(
            "GET",
            f"/usage-types/{place(type_id)}/factors",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def append_factor_usage_type_factor(
        self, type_id: int | str, body: types.NewFactor, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedUsageType]:
        """Append a version of the factor."""
        return self.send(
            "POST",
            f"/usage-types/{place(type_id)}/factors",
            body=body,
            headers={"Idempotency-Key": idempotency_key},
        )

    def export_usage_type_factors_csv(
        self,
        type_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportUsageTypeFactorsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): usage_type_factors."""
        return self.send(
            "GET",
            f"/usage-types/{place(type_id)}/factors.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_usage_type_factors_ndjson(
        self,
        type_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportUsageTypeFactorsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): usage_type_factors."""
        return self.send(
            "GET",
            f"/usage-types/{place(type_id)}/factors.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_usages(
        self, *, min_position: int | None = None, **query: Unpack[types.ListUsagesQuery]
    ) -> Answer[types.UsagePage]:
        """Filtered, sorted, one page at a time: usages."""
        return self.send(
            "GET", "/usages", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def record_usage(
        self, body: types.NewUsage, /, *, idempotency_key: str | None = None
    ) -> Answer[types.UsageAnswer]:
        """Record a usage."""
        return self.send("POST", "/usages", body=body, headers={"Idempotency-Key": idempotency_key})

    def export_usages_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportUsagesCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): usages."""
        return self.send(
            "GET", "/usages.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_usages_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportUsagesNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): usages."""
        return self.send(
            "GET", "/usages.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def aggregate_usages(
        self, *, min_position: int | None = None, **query: Unpack[types.AggregateUsagesQuery]
    ) -> Answer[types.UsageGroups]:
        """Sums, counts and averages per group: usages."""
        return self.send(
            "GET", "/usages/aggregates", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_usages_aggregates_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportUsagesAggregatesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): usages, aggregates."""
        return self.send(
            "GET",
            "/usages/aggregates.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_usages_aggregates_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportUsagesAggregatesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): usages, aggregates."""
        return self.send(
            "GET",
            "/usages/aggregates.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def record_usages(self, body: types.NewUsages, /) -> Answer[types.ReceivedUsages]:
        """Record many usages at once."""
        return self.send("POST", "/usages/batch", body=body)

    def facet_usages(
        self, *, min_position: int | None = None, **query: Unpack[types.FacetUsagesQuery]
    ) -> Answer[types.UsageFacets]:
        """Which values occur, how often and with what sum: usages."""
        return self.send(
            "GET", "/usages/facets", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def preview_usage(self, body: types.NewUsage, /) -> Answer[types.Counted]:
        """What a usage would emit."""
        return self.send("POST", "/usages/preview", body=body)

    def restate_usages(self, body: types.Restatement, /) -> Answer[types.RestatedTotals]:
        """Restate usages by another version of a factor."""
        return self.send("POST", "/usages/restatements", body=body)

    def get_usage_series(
        self, *, min_position: int | None = None, **query: Unpack[types.GetUsageSeriesQuery]
    ) -> Answer[types.Series]:
        """Emissions over time."""
        return self.send(
            "GET", "/usages/series", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def delete_usage(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[None]:
        """Delete a usage."""
        return self.send(
            "DELETE",
            f"/usages/{place(record_id)}",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_usage(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetUsageQuery],
    ) -> Answer[types.Usage]:
        """One of the usages, by id or uid."""
        return self.send(
            "GET",
            f"/usages/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def change_usage(
        self,
        record_id: int | str,
        body: types.UsageChange,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.UsageAnswer]:
        """Change a usage."""
        return self.send(
            "PATCH",
            f"/usages/{place(record_id)}",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_usage_history(self, record_id: int | str, /) -> Answer[types.History]:
        """The facts behind one of the usages."""
        return self.send("GET", f"/usages/{place(record_id)}/history")

    def list_users(
        self, *, min_position: int | None = None, **query: Unpack[types.ListUsersQuery]
    ) -> Answer[types.UserPage]:
        """Filtered, sorted, one page at a time: users."""
        return self.send(
            "GET", "/users", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def register_user(
        self, body: types.NewColleague, /, *, idempotency_key: str | None = None
    ) -> Answer[types.ChangedRecord | types.WaitingRecord]:
        """Let in an auditor or an operator."""
        return self.send("POST", "/users", body=body, headers={"Idempotency-Key": idempotency_key})

    def export_users_csv(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportUsersCsvQuery]
    ) -> Answer[str]:
        """As a file (.csv): users."""
        return self.send(
            "GET", "/users.csv", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def export_users_ndjson(
        self, *, min_position: int | None = None, **query: Unpack[types.ExportUsersNdjsonQuery]
    ) -> Answer[bytes]:
        """As a file (.ndjson): users."""
        return self.send(
            "GET", "/users.ndjson", query=query, headers={"Daybook-Min-Position": min_position}
        )

    def get_user(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetUserQuery],
    ) -> Answer[types.User]:
        """One of the users, by id or uid."""
        return self.send(
            "GET",
            f"/users/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def deactivate_user(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Shut a user out for good."""
        return self.send(
            "POST",
            f"/users/{place(record_id)}/deactivate",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def reset_password(
        self,
        record_id: int | str,
        body: types.ResetRequest | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Let a user choose another password."""
        return self.send(
            "POST",
            f"/users/{place(record_id)}/password",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def forget_sign_in_ways(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Forget a user's passkeys, and who they are to the identity provider."""
        return self.send(
            "POST",
            f"/users/{place(record_id)}/sign-in-ways/forget",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def sign_out_user(
        self,
        record_id: int | str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """End every session of a user."""
        return self.send(
            "POST",
            f"/users/{place(record_id)}/sign-out",
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def list_monthly_transactions(
        self,
        user_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListMonthlyTransactionsQuery],
    ) -> Answer[types.MonthlyTotals]:
        """What the transactions of one user come to, month by month."""
        return self.send(
            "GET",
            f"/users/{place(user_id)}/transactions/monthly",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_workflow_definitions(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ListWorkflowDefinitionsQuery],
    ) -> Answer[types.WorkflowDefinitionPage]:
        """Filtered, sorted, one page at a time: workflow_definitions."""
        return self.send(
            "GET",
            "/workflow-definitions",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_workflow_definitions_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportWorkflowDefinitionsCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): workflow_definitions."""
        return self.send(
            "GET",
            "/workflow-definitions.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_workflow_definitions_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportWorkflowDefinitionsNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): workflow_definitions."""
        return self.send(
            "GET",
            "/workflow-definitions.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_workflow_definition(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetWorkflowDefinitionQuery],
    ) -> Answer[types.WorkflowDefinition]:
        """One of the workflow_definitions, by id or uid."""
        return self.send(
            "GET",
            f"/workflow-definitions/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def list_workflow_instances(
        self, *, min_position: int | None = None, **query: Unpack[types.ListWorkflowInstancesQuery]
    ) -> Answer[types.WorkflowInstanceCountedPage]:
        """Filtered, sorted, one page at a time: workflow_instances."""
        return self.send(
            "GET",
            "/workflow-instances",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_workflow_instances_csv(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportWorkflowInstancesCsvQuery],
    ) -> Answer[str]:
        """As a file (.csv): workflow_instances."""
        return self.send(
            "GET",
            "/workflow-instances.csv",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def export_workflow_instances_ndjson(
        self,
        *,
        min_position: int | None = None,
        **query: Unpack[types.ExportWorkflowInstancesNdjsonQuery],
    ) -> Answer[bytes]:
        """As a file (.ndjson): workflow_instances."""
        return self.send(
            "GET",
            "/workflow-instances.ndjson",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_workflow_instance(
        self,
        record_id: int | str,
        /,
        *,
        min_position: int | None = None,
        **query: Unpack[types.GetWorkflowInstanceQuery],
    ) -> Answer[types.WorkflowInstance]:
        """One of the workflow_instances, by id or uid."""
        return self.send(
            "GET",
            f"/workflow-instances/{place(record_id)}",
            query=query,
            headers={"Daybook-Min-Position": min_position},
        )

    def get_workflow_instance_history(
        self, record_id: int | str, /, *, min_position: int | None = None
    ) -> Answer[types.History]:
        """The facts behind one of the workflow_instances."""
        return self.send(
            "GET",
            f"/workflow-instances/{place(record_id)}/history",
            headers={"Daybook-Min-Position": min_position},
        )

    def review_workflow_instance(
        self,
        record_id: int | str,
        body: types.StepReview,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer[types.ChangedRecord]:
        """Decide on a step that waits for staff."""
        return self.send(
            "POST",
            f"/workflow-instances/{place(record_id)}/review",
            body=body,
            headers={"Idempotency-Key": idempotency_key, "If-Match": if_match},
        )

    def get_marked_file(self, name: int | str, token: int | str, /) -> Answer[bytes]:
        """A file that was refused, with what is wrong beside its rows."""
        return self.send("GET", f"/workflows/{place(name)}/instances/{place(token)}/errors.xlsx")

    def get_template(self, name: int | str, /) -> Answer[bytes]:
        """A workbook to fill in."""
        return self.send("GET", f"/workflows/{place(name)}/template.xlsx")
