### Sentences for end users, in German. One key for each rule that can refuse a request.

# Reservations.
reservation-history-closed = Die Reservierung { $number } liegt zu weit zurück, um noch geändert zu werden.
stay-in-history = Der Aufenthalt beginnt zu weit in der Vergangenheit, um gebucht zu werden.
persons-over-capacity = Die Kategorie fasst höchstens { $capacity } Personen, { $persons } sind zu viele.
release-out-of-range = Die Option muss in der Zukunft und vor der Anreise enden.
resource-of-another-service = { $resource } wird für diese Dienstleistung nicht angeboten.
block-not-confirmed = Das Kontingent { $block } ist nicht bestätigt und kann keine Reservierungen aufnehmen.
block-of-another-rate = Reservierungen aus dem Kontingent { $block } verwenden dessen Rate.
block-of-another-group = Alle Reservierungen aus dem Kontingent { $block } gehören zu einer Gruppe.
block-exhausted = Das Kontingent { $block } hat für diese Daten nichts mehr von dieser Kategorie.
group-full = Eine Gruppe eines Kontingents umfasst höchstens { $limit } Reservierungen.
reservation-not-optional = Die Reservierung { $number } ist keine Option und kann nicht bestätigt werden.
reservation-released = Die Option auf die Reservierung { $number } ist abgelaufen.
reservation-not-cancelable = Die Reservierung { $number } kann nicht mehr storniert werden.
reservation-not-confirmed = Die Reservierung { $number } ist nicht bestätigt, ein Check-in ist nicht möglich.
reservation-starts-later = Der Aufenthalt beginnt später, ein Check-in ist noch nicht möglich.
reservation-without-resource = Der Reservierung { $number } ist kein Zimmer zugewiesen.
resource-not-ready = { $resource } ist nicht bezugsfertig.
resource-occupied = { $resource } ist noch von anderen Gästen belegt.
reservation-without-guest = Die Reservierung { $number } hat keinen Gast.
reservation-not-started = Die Reservierung { $number } ist nicht eingecheckt.
reservation-ends-later = Der Aufenthalt endet später, vor seinem letzten Tag ist kein Check-out möglich.
profiles-incomplete = Die Gästeprofile sind unvollständig: { $gaps }.
bills-open = Die Rechnungen der Gäste sind nicht beglichen.
companions-full = Die Reservierung { $number } gilt für { $persons } Personen, die alle schon benannt sind.
reservation-over = Die Reservierung { $number } ist abgeschlossen und kann nicht mehr geändert werden.
resource-locked = Das Zimmer der Reservierung { $number } ist gesperrt; bitte vor einer neuen Zuweisung entsperren.
stay-begun = Der Aufenthalt hat begonnen, sein vergangener Teil kann nicht mehr geändert werden.

# Rates and availability.
rate-private = Die Rate ist privat und verlangt einen gültigen Gutscheincode.
voucher-unknown = Der Gutscheincode ist nicht bekannt.
voucher-not-valid-now = Der Gutscheincode ist derzeit nicht gültig.
voucher-not-for-dates = Der Gutscheincode gilt nicht für diesen Zeitraum.
voucher-not-for-rate = Der Gutscheincode gilt nicht für diese Rate.
voucher-not-for-company = Der Gutscheincode gehört zu einer anderen Firma oder einem anderen Reisebüro.
restriction-closed = Die Rate ist im gewählten Zeitraum geschlossen.
restriction-closed-to-arrival = Am gewählten Tag ist mit dieser Rate keine Anreise möglich.
restriction-closed-to-departure = Am gewählten Tag ist mit dieser Rate keine Abreise möglich.
restriction-min-advance = Der Aufenthalt muss früher vor der Anreise gebucht werden.
restriction-max-advance = Der Aufenthalt kann nicht so lange vor der Anreise gebucht werden.
restriction-min-length = Der Aufenthalt ist kürzer als der Mindestaufenthalt.
restriction-max-length = Der Aufenthalt ist länger als der Höchstaufenthalt.
restriction-min-price = Der Preis liegt unter dem Mindestpreis im gewählten Zeitraum.
restriction-max-price = Der Preis liegt über dem Höchstpreis im gewählten Zeitraum.
availability-none = Im gewählten Zeitraum ist nichts mehr verfügbar.
resource-not-free = { $resource } ist im gewählten Zeitraum nicht frei.
resource-part-taken = { $resource } kann nicht Teil dieses Zimmers werden: Beide sind zur selben Zeit belegt.
# Profiles.
customer-email-taken = Ein anderes Gästeprofil hat bereits die E-Mail-Adresse { $email }.
identity-document-expiration-missing = Das Ablaufdatum des Ausweises fehlt.
identity-document-number-missing = Die Nummer des Ausweises fehlt; dieses Haus muss sie erfassen.

# Finanzen.
exchange-rate-missing = Für { $currency } gibt es keinen Wechselkurs.
accounting-history-closed = Der Zeitpunkt des Verbrauchs liegt zu weit zurück, um noch berechnet zu werden.
company-billing-disabled = { $name } kann nicht belastet werden: Die Belastung von Firmen ist hier nicht freigeschaltet.
rebates-disabled = Negative Beträge sind hier nicht freigeschaltet.
accounting-category-required = { $name } braucht eine Buchungskategorie.
account-not-invoiceable = Für { $name } dürfen keine Rechnungen ausgestellt werden.
bill-empty = Die Rechnung ist leer.
bill-not-balanced = Die Rechnung ist nicht ausgeglichen, ihr Saldo beträgt { $balance } { $currency }.
bill-payment-pending = Eine Zahlung auf der Rechnung ist noch nicht abgeschlossen.
bill-closed = Die Rechnung { $number } ist abgeschlossen und kann nicht gelöscht werden.
bill-not-empty = Die Rechnung ist nicht leer und kann nicht gelöscht werden.
payment-type-disabled = Zahlungen der Art { $type } sind hier nicht freigeschaltet.
payment-type-unspecified = Die Art der Zahlung muss hier angegeben werden.
