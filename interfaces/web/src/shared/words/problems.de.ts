export const problems = {
  already_decided:
    "{decided_by_name} hat diesen Antrag schon {decision, select, approved {genehmigt} denied {abgelehnt} other {zurückgezogen}}, am {decided_at}. Es wurde nichts geändert.",
  stale_version:
    "Während Sie lasen, wurde etwas geändert. Jetzt sehen Sie, wie es ist; schauen Sie noch einmal, dann entscheiden Sie.",
  self_approval: "Das ist Ihr eigener Antrag: Jemand anders entscheidet ihn.",
  own_payee:
    "Sie haben das Zielkonto angelegt oder bestätigt: Eine andere Verwalterin oder ein anderer Verwalter genehmigt, was dorthin geht.",
  own_rate:
    "Den Wechselkurs haben Sie oder die antragstellende Person erfasst oder bestätigt: Jemand anders genehmigt dies.",
  not_asked: "Bei einem solchen Betrag fragt die Regel der Bank andere.",
  limits_too_low:
    "Die Grenzen reichen zusammen nicht für das, was zählt. Es braucht jemanden mit einer höheren Grenze.",
  lender_barred:
    "Wer Ihnen diese Grenze lieh, dürfte dies nicht allein entscheiden, also auch niemand für sie oder ihn.",
  not_lent: "Diese Grenze ist Ihnen heute nicht geliehen.",
  duplicate_not_acknowledged:
    "Es sieht aus wie ein früherer Antrag. Sehen Sie sich beide an, haken Sie es ab und genehmigen Sie noch einmal.",
  no_exchange_rate:
    "Das Konto wird in {account_currency} geführt, und die Bank hat für diese Tage keinen Kurs für {currency}. Wählen Sie ein Konto in {currency}, oder bitten Sie die Verwaltung, den Kurs zu erfassen.",
  account_closed: "Dieses Konto ist geschlossen. Wählen Sie ein anderes.",
  own_proposal: "Das haben Sie selbst vorgeschlagen: Jemand anders bestätigt es.",
  concerns_yourself: "Das betrifft Sie selbst: Jemand anders bestätigt es.",
  proposal_closed: "Dieser Vorschlag wurde inzwischen entschieden.",
  proposal_outdated: "Seit dem Vorschlag hat sich etwas geändert. Er kann neu gemacht werden.",
  own_payment: "Das Geld geht an Sie oder auf ein Konto, das Sie angelegt haben: Jemand anders tut dies.",
  own_report: "Sie haben die Zahlung selbst gemeldet: Jemand anders bestätigt dies.",
  not_yours_to_lend: "Nur wer eine Grenze verleiht, beendet das.",
  not_an_administrator: "Das tut nur, wer die Bank verwaltet.",
  not_positive: "Bitte einen Betrag über null.",
  too_many_decimals: "Diese Währung hat weniger Nachkommastellen.",
  unknown_currency: "Diese Währung gibt es nicht.",
  blank: "Bitte schreiben Sie hier etwas.",
  too_long: "Das ist zu lang.",
  date_out_of_range: "Dieser Tag ist zu weit weg.",
};
