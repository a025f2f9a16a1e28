import type { Words } from "../words"

export const fr: Words = {
  tag: "fr",
  dir: "ltr",
  test: "Test. Aucun argent réel n'a été échangé.",
  order: (number) => `Commande ${number}`,
  items: "Articles",
  shipping: "Livraison",
  discount: "Remise",
  tax: "Taxes comprises",
  total: "Total",
  quantity: (count) => `Quantité ${count}`,
  method: "Moyen de paiement",
  reference: "Référence",
  payBy: "À payer avant le",
  amount: "Montant",
  account: "Compte",
  questions: (contact) => `Des questions ? Écrivez à ${contact}.`,
  sentBy: (shop) => `Envoyé par ${shop}`,
  received: {
    subject: (order) => `${order} : paiement reçu`,
    title: "Merci, votre paiement est arrivé",
    captured: (amount) => `Nous avons reçu ${amount}. Nous préparons votre commande.`,
    authorized: (amount) => `Votre paiement de ${amount} est confirmé. Nous préparons votre commande.`,
  },
  waiting: {
    subject: (order) => `${order} : en attente de votre paiement`,
    title: "Merci pour votre commande",
    text: (amount) =>
      `Votre commande est enregistrée. Nous l'expédierons dès réception de votre paiement de ${amount}.`,
    how: "Comment payer",
    by: (date) => `Merci de payer avant le ${date}.`,
    follow: "Voir votre paiement",
  },
  reminder: {
    subject: (order) => `${order} : paiement attendu`,
    title: "Nous n'avons pas encore reçu votre paiement",
    text: (amount) =>
      `Votre commande attend encore ${amount}. Si vous venez de payer, vous n'avez rien à faire.`,
    by: (amount, date) =>
      `Votre commande attend encore ${amount}. Merci de payer avant le ${date} ; ensuite, elle peut être annulée. Si vous venez de payer, vous n'avez rien à faire.`,
    pay: "Payer maintenant",
  },
  failed: {
    subject: "Votre paiement n'a pas abouti",
    title: "Votre paiement n'a pas abouti",
    failed: (amount) => `Le paiement de ${amount} n'a pas abouti. Rien n'a été débité.`,
    expired: (amount) => `Le paiement de ${amount} n'a pas été terminé à temps. Rien n'a été débité.`,
    held: (date) => `Vos articles sont réservés jusqu'au ${date}.`,
    retry: "Réessayer",
  },
  cancelled: {
    subject: (order) => `${order} : annulée`,
    title: "Votre commande a été annulée",
    text: "Nous n'avons reçu aucun paiement pour cette commande ; elle a donc été annulée. Rien n'a été débité.",
    paidAnyway:
      "Vous avez tout de même payé ? Votre argent n'est pas perdu : vous recevrez la commande ou un remboursement.",
  },
  refund: {
    subject: (order) => `${order} : votre remboursement`,
    title: "Votre remboursement est en route",
    text: (amount) => `Nous vous avons remboursé ${amount}.`,
    sofar: (amount) => `Remboursé jusqu'ici : ${amount}.`,
    wait: "Quelques jours peuvent passer avant que votre banque l'affiche.",
  },
  claim: {
    subject: (shop) => `Votre compte chez ${shop}`,
    title: "Gardez cette commande dans un compte",
    text: "Vous avez commandé sans compte. Choisissez un mot de passe pour voir vos commandes et commander plus vite la prochaine fois. Si vous ne voulez pas de compte, vous n'avez rien à faire.",
    button: "Choisir un mot de passe",
    until: (date) => `Le lien fonctionne une seule fois, jusqu’au ${date}.`,
  },
  issues: {
    subject: (count, first) =>
      count === 1 ? `Paiements : ${first}` : `Paiements : ${count} nouveaux problèmes`,
    title: (count) =>
      count === 1 ? "Un paiement demande votre attention" : `${count} points demandent votre attention`,
    button: "Ouvrir la liste",
    urgent: "Urgent",
    by: (date) => `À traiter avant le ${date}.`,
    kinds: {
      amount_mismatch: "Un autre montant que celui demandé a été payé",
      currency_mismatch: "Payé dans une autre devise",
      receiver_mismatch: "Quelqu'un d'autre a reçu l'argent",
      mode_mismatch: "Argent de test et argent réel mélangés",
      held_by_gateway: "La passerelle retient de l'argent",
      money_without_order: "De l'argent sans commande",
      unknown_payment: "Un paiement inconnu de la boutique",
      paid_twice: "Payé deux fois",
      paid_after_cancel_or_expiry: "Payé après l'annulation",
      paid_old_session: "Un ancien paiement a été réglé",
      out_of_stock_after_payment: "Payé, mais en rupture de stock",
      stock_not_held: "Les articles n'ont pas pu être réservés",
      needs_decision: "Un paiement demande une décision",
      order_unpaid_too_long: "Une commande est impayée depuis longtemps",
      refund_only_at_gateway: "Un remboursement n'a pas pu être enregistré",
      refund_failed: "Un remboursement a échoué",
      capture_reversed: "De l'argent attendu n'est pas arrivé",
      dispute_opened: "Un client conteste un paiement",
      payout_failed: "Un versement a échoué",
      verification_burst: "Beaucoup d'appels n'ont pas pu être vérifiés",
      gateway_silent: "Une passerelle est silencieuse",
      settling_failing: "Des paiements n'ont pas pu être traités",
      email_failed: "Un message n'a pas pu être remis",
      ledger_gap: "Le journal et la commande diffèrent",
    },
  },
  dispute: {
    subject: {
      opened: "Un client conteste un paiement",
      due: "Une contestation attend une réponse",
      won: "Contestation gagnée",
      lost: "Contestation perdue",
    },
    text: {
      opened:
        "Un client a demandé à sa banque de récupérer l'argent. Répondez auprès de la passerelle, avec vos preuves.",
      due: "Cette contestation est toujours ouverte. Sans réponse à temps, l'argent est perdu.",
      won: "La contestation a été tranchée en votre faveur. Vous gardez l'argent.",
      lost: "La contestation a été tranchée en faveur du client. L'argent est perdu.",
    },
    answerBy: "Répondre avant le",
    button: "Voir le paiement",
  },
  silence: {
    subject: (account) => `Aucun message de ${account}`,
    title: "Une passerelle est silencieuse",
    since: (account, date) =>
      `${account} n'a envoyé aucun message depuis le ${date}, alors que des paiements ont été commencés.`,
    never: (account) =>
      `${account} n'a jamais envoyé de message vérifiable, alors que des paiements ont été commencés.`,
    todo: "Vérifiez auprès de la passerelle l'adresse de notification et le secret du webhook. Les paiements faits entre-temps sont retrouvés quand la passerelle est interrogée.",
    button: "Ouvrir la liste",
  },
  daily: {
    subject: (date) => `Paiements du ${date}`,
    title: (date) => `Paiements du ${date}`,
    payments: "Paiements",
    paid: "Payé",
    refunded: "Remboursé",
    fees: "Frais",
    none: "Aucun mouvement d'argent ce jour-là.",
    open: (count) =>
      count === 0
        ? "Rien ne demande votre attention."
        : count === 1
          ? "Un problème est ouvert."
          : `${count} problèmes sont ouverts.`,
    button: "Ouvrir la liste",
  },
}
