### Sentences for end users, in English. One key for each rule that can refuse a request.

# Reservations.
reservation-history-closed = Reservation { $number } lies too far in the past to be changed.
stay-in-history = The stay begins too far in the past to be booked.
persons-over-capacity = The category holds at most { $capacity } persons, { $persons } are too many.
release-out-of-range = The option must end in the future and before the arrival.
resource-of-another-service = { $resource } is not offered for this service.
block-not-confirmed = The block { $block } is not confirmed and cannot take reservations.
block-of-another-rate = Reservations of the block { $block } use the rate of the block.
block-of-another-group = All reservations of the block { $block } belong to one group.
block-exhausted = The block { $block } has nothing left of this category for these dates.
group-full = A group of a block holds at most { $limit } reservations.
reservation-not-optional = Reservation { $number } is not optional and cannot be confirmed.
reservation-released = The option on reservation { $number } has run out.
reservation-not-cancelable = Reservation { $number } can no longer be cancelled.
reservation-not-confirmed = Reservation { $number } is not confirmed, check-in is not possible.
reservation-starts-later = The stay begins later, check-in is not possible yet.
reservation-without-resource = No room is assigned to reservation { $number }.
resource-not-ready = { $resource } is not ready for check-in.
resource-occupied = { $resource } is still occupied by other guests.
reservation-without-guest = Reservation { $number } has no guest.
reservation-not-started = Reservation { $number } is not checked in.
reservation-ends-later = The stay ends later, check-out is not possible before its last day.
profiles-incomplete = The guests' profiles are incomplete: { $gaps }.
bills-open = The guests' bills are not settled.
companions-full = Reservation { $number } is for { $persons } persons, all of whom are named already.
reservation-over = Reservation { $number } is over and can no longer be changed.
resource-locked = The room of reservation { $number } is locked; unlock it before assigning another one.
stay-begun = The stay has begun, what is past of it can no longer be changed.

# Rates and availability.
rate-private = The rate is private and needs a valid voucher code.
voucher-unknown = The voucher code is not known.
voucher-not-valid-now = The voucher code is not valid at this time.
voucher-not-for-dates = The voucher code cannot be used for these dates.
voucher-not-for-rate = The voucher code does not open this rate.
voucher-not-for-company = The voucher code belongs to another company or travel agency.
restriction-closed = The rate is closed on the selected dates.
restriction-closed-to-arrival = The rate is closed to arrival on the selected date.
restriction-closed-to-departure = The rate is closed to departure on the selected date.
restriction-min-advance = The stay must be booked earlier before arrival.
restriction-max-advance = The stay cannot be booked so long before arrival.
restriction-min-length = The stay is shorter than the minimum stay.
restriction-max-length = The stay is longer than the maximum stay.
restriction-min-price = The price is below the minimum price on the selected dates.
restriction-max-price = The price is above the maximum price on the selected dates.
availability-none = There is no availability for the selected dates.
resource-not-free = { $resource } is not free for the selected dates.
resource-part-taken = { $resource } cannot become part of this room: both are taken at the same time.
# Profiles.
customer-email-taken = Another guest profile already has the e-mail address { $email }.
identity-document-expiration-missing = The expiration date of the identity document is missing.
identity-document-number-missing = The number of the identity document is missing; this property must record it.

# Finance.
exchange-rate-missing = There is no exchange rate for { $currency }.
accounting-history-closed = The time of consumption lies too far in the past to be charged.
company-billing-disabled = { $name } cannot be charged: charging companies is not enabled here.
rebates-disabled = Negative amounts are not enabled here.
accounting-category-required = { $name } needs an accounting category.
account-not-invoiceable = No invoices may be issued to { $name }.
bill-empty = There is nothing on the bill.
bill-not-balanced = The bill is not settled, its balance is { $balance } { $currency }.
bill-payment-pending = A payment on the bill is still under way.
bill-closed = The bill { $number } is closed and cannot be deleted.
bill-not-empty = The bill is not empty and cannot be deleted.
payment-type-disabled = Payments of the type { $type } are not enabled here.
payment-type-unspecified = The type of the payment must be specified here.
