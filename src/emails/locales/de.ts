import type { Words } from "../words"

export const de: Words = {
  tag: "de",
  dir: "ltr",
  test: "Test. Es ist kein echtes Geld geflossen.",
  order: (number) => `Bestellung ${number}`,
  items: "Artikel",
  shipping: "Versand",
  discount: "Rabatt",
  tax: "Enthaltene Steuer",
  total: "Gesamt",
  quantity: (count) => `Menge ${count}`,
  method: "Zahlungsart",
  reference: "Verwendungszweck",
  payBy: "Zahlbar bis",
  amount: "Betrag",
  account: "Konto",
  questions: (contact) => `Fragen? Schreiben Sie an ${contact}.`,
  sentBy: (shop) => `Gesendet von ${shop}`,
  received: {
    subject: (order) => `${order}: Zahlung erhalten`,
    title: "Danke, Ihre Zahlung ist da",
    captured: (amount) => `Wir haben ${amount} erhalten und bereiten Ihre Bestellung vor.`,
    authorized: (amount) => `Ihre Zahlung über ${amount} ist bestätigt. Wir bereiten Ihre Bestellung vor.`,
  },
  waiting: {
    subject: (order) => `${order}: wir warten auf Ihre Zahlung`,
    title: "Danke für Ihre Bestellung",
    text: (amount) =>
      `Ihre Bestellung ist eingegangen. Wir versenden sie, sobald Ihre Zahlung über ${amount} da ist.`,
    how: "So bezahlen Sie",
    by: (date) => `Bitte bezahlen Sie bis zum ${date}.`,
    follow: "Zahlung ansehen",
  },
  reminder: {
    subject: (order) => `${order}: bitte bald bezahlen`,
    title: "Ihre Zahlung ist noch nicht da",
    text: (amount) =>
      `Für Ihre Bestellung fehlen noch ${amount}. Haben Sie gerade bezahlt, müssen Sie nichts tun.`,
    by: (amount, date) =>
      `Für Ihre Bestellung fehlen noch ${amount}. Bitte bezahlen Sie bis zum ${date}, sonst kann die Bestellung storniert werden. Haben Sie gerade bezahlt, müssen Sie nichts tun.`,
    pay: "Jetzt bezahlen",
  },
  failed: {
    subject: "Ihre Zahlung hat nicht geklappt",
    title: "Ihre Zahlung hat nicht geklappt",
    failed: (amount) => `Die Zahlung über ${amount} war nicht erfolgreich. Es wurde nichts abgebucht.`,
    expired: (amount) =>
      `Die Zahlung über ${amount} wurde nicht rechtzeitig abgeschlossen. Es wurde nichts abgebucht.`,
    held: (date) => `Ihre Artikel sind bis zum ${date} reserviert.`,
    retry: "Erneut versuchen",
  },
  cancelled: {
    subject: (order) => `${order} wurde storniert`,
    title: "Ihre Bestellung wurde storniert",
    text: "Für diese Bestellung ist keine Zahlung eingegangen, darum wurde sie storniert. Es wurde nichts abgebucht.",
    paidAnyway:
      "Haben Sie doch bezahlt? Ihr Geld ist nicht verloren: Sie erhalten Ihre Bestellung oder das Geld zurück.",
  },
  refund: {
    subject: (order) => `${order}: Ihre Erstattung`,
    title: "Ihre Erstattung ist unterwegs",
    text: (amount) => `Wir haben Ihnen ${amount} erstattet.`,
    sofar: (amount) => `Bisher erstattet: ${amount}.`,
    wait: "Bis Ihre Bank es zeigt, können einige Tage vergehen.",
  },
  claim: {
    subject: (shop) => `Ihr Kundenkonto bei ${shop}`,
    title: "Diese Bestellung im Kundenkonto behalten",
    text: "Sie haben als Gast bestellt. Mit einem Passwort sehen Sie Ihre Bestellungen und bestellen beim nächsten Mal schneller. Möchten Sie kein Konto, müssen Sie nichts tun.",
    button: "Passwort festlegen",
    until: (date) => `Der Link gilt einmal, bis ${date}.`,
  },
  issues: {
    subject: (count, first) => (count === 1 ? `Zahlungen: ${first}` : `Zahlungen: ${count} neue Probleme`),
    title: (count) => (count === 1 ? "Eine Zahlung braucht Sie" : `${count} Dinge brauchen Sie`),
    button: "Liste öffnen",
    urgent: "Dringend",
    by: (date) => `Handeln Sie bis zum ${date}.`,
    kinds: {
      amount_mismatch: "Es wurde ein anderer Betrag bezahlt",
      currency_mismatch: "In einer anderen Währung bezahlt",
      receiver_mismatch: "Jemand anderes hat das Geld erhalten",
      mode_mismatch: "Testgeld und echtes Geld sind vermischt",
      held_by_gateway: "Der Zahlungsdienst hält Geld zurück",
      money_without_order: "Geld ohne Bestellung",
      unknown_payment: "Eine Zahlung, die der Shop nicht kennt",
      paid_twice: "Doppelt bezahlt",
      paid_after_cancel_or_expiry: "Nach der Stornierung bezahlt",
      paid_old_session: "Ein älterer Bezahlvorgang wurde bezahlt",
      out_of_stock_after_payment: "Bezahlt, aber nicht mehr vorrätig",
      stock_not_held: "Artikel konnten nicht reserviert werden",
      needs_decision: "Eine Zahlung braucht eine Entscheidung",
      order_unpaid_too_long: "Eine Bestellung ist lange unbezahlt",
      refund_only_at_gateway: "Eine Erstattung konnte nicht gebucht werden",
      refund_failed: "Eine Erstattung ist gescheitert",
      capture_reversed: "Erwartetes Geld ist nicht gekommen",
      dispute_opened: "Eine Zahlung wird angefochten",
      payout_failed: "Eine Auszahlung ist gescheitert",
      verification_burst: "Viele Aufrufe waren nicht nachweisbar",
      gateway_silent: "Ein Zahlungsdienst schweigt",
      settling_failing: "Zahlungen konnten nicht bearbeitet werden",
      email_failed: "Eine Nachricht konnte nicht zugestellt werden",
      ledger_gap: "Kassenbuch und Bestellung weichen ab",
    },
  },
  dispute: {
    subject: {
      opened: "Eine Zahlung wird angefochten",
      due: "Eine Anfechtung muss bald beantwortet werden",
      won: "Anfechtung gewonnen",
      lost: "Anfechtung verloren",
    },
    text: {
      opened:
        "Ein Kunde hat seine Bank um das Geld gebeten. Antworten Sie beim Zahlungsdienst, mit Ihren Belegen.",
      due: "Diese Anfechtung ist noch offen. Ohne rechtzeitige Antwort ist das Geld verloren.",
      won: "Die Anfechtung wurde für Sie entschieden. Das Geld bleibt bei Ihnen.",
      lost: "Die Anfechtung wurde für den Kunden entschieden. Das Geld ist weg.",
    },
    answerBy: "Antworten bis",
    button: "Zahlung ansehen",
  },
  silence: {
    subject: (account) => `Keine Nachricht von ${account}`,
    title: "Ein Zahlungsdienst schweigt",
    since: (account, date) =>
      `${account} hat seit dem ${date} keine Nachricht gesendet, obwohl seitdem Zahlungen begonnen wurden.`,
    never: (account) =>
      `${account} hat noch nie eine nachweisbare Nachricht gesendet, obwohl Zahlungen begonnen wurden.`,
    todo: "Prüfen Sie beim Zahlungsdienst die Benachrichtigungsadresse und das Webhook-Geheimnis. Zwischenzeitliche Zahlungen werden gefunden, wenn der Dienst gefragt wird.",
    button: "Liste öffnen",
  },
  daily: {
    subject: (date) => `Zahlungen vom ${date}`,
    title: (date) => `Zahlungen vom ${date}`,
    payments: "Zahlungen",
    paid: "Bezahlt",
    refunded: "Erstattet",
    fees: "Gebühren",
    none: "An diesem Tag ist kein Geld geflossen.",
    open: (count) =>
      count === 0
        ? "Nichts braucht Sie."
        : count === 1
          ? "Ein Problem ist offen."
          : `${count} Probleme sind offen.`,
    button: "Liste öffnen",
  },
}
