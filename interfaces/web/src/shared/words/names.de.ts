/** German for names of fields, choices and collections as the API writes them; what is not here is shown as it is. */
export const german: Record<string, string> = {
  amount: "Betrag",
  currency: "Währung",
  date: "Datum",
  description: "Beschreibung",
  departments: "Abteilung",
  project_name: "Projekt",
  member_name: "Mitglied",
  name: "Name",
  status: "Status",
  pending: "Wartet",
  approved: "Genehmigt",
  denied: "Abgelehnt",
  payment_status: "Zahlung",
  id: "Nr.",
  recorded_at: "Erfasst am",
};
