### Sentences for end users, in French. One key for each rule that can refuse a request.

# Reservations.
reservation-history-closed = La réservation { $number } est trop ancienne pour être modifiée.
stay-in-history = Le séjour commence trop loin dans le passé pour être réservé.
persons-over-capacity = La catégorie accueille au plus { $capacity } personnes, { $persons } sont trop nombreuses.
release-out-of-range = L'option doit expirer dans le futur et avant l'arrivée.
voucher-code-refused = Le code { $code } n'est pas valable pour ce séjour.
resource-of-another-service = { $resource } n'est pas proposé pour ce service.
block-not-confirmed = Le bloc { $block } n'est pas confirmé et ne peut pas recevoir de réservations.
block-of-another-rate = Les réservations du bloc { $block } utilisent le tarif du bloc.
block-of-another-group = Toutes les réservations du bloc { $block } appartiennent à un seul groupe.
group-full = Un groupe d'un bloc contient au plus { $limit } réservations.
reservation-not-optional = La réservation { $number } n'est pas en option et ne peut pas être confirmée.
reservation-released = L'option sur la réservation { $number } a expiré.
reservation-not-cancelable = La réservation { $number } ne peut plus être annulée.
reservation-not-confirmed = La réservation { $number } n'est pas confirmée, l'arrivée ne peut pas être enregistrée.
reservation-starts-later = Le séjour commence plus tard, l'arrivée ne peut pas encore être enregistrée.
reservation-without-resource = Aucune chambre n'est attribuée à la réservation { $number }.
resource-not-ready = { $resource } n'est pas prête pour l'arrivée.
resource-occupied = { $resource } est encore occupée par d'autres clients.
reservation-without-guest = La réservation { $number } n'a pas de client.
reservation-not-started = La réservation { $number } n'est pas en cours.
reservation-ends-later = Le séjour se termine plus tard, le départ n'est pas possible avant son dernier jour.
profiles-incomplete = Les profils des clients sont incomplets : { $gaps }.
bills-open = Les factures des clients ne sont pas réglées.
companions-full = La réservation { $number } est prévue pour { $persons } personnes, toutes déjà nommées.
reservation-over = La réservation { $number } est terminée et ne peut plus être modifiée.
resource-locked = La chambre de la réservation { $number } est verrouillée ; déverrouillez-la avant d'en attribuer une autre.
stay-begun = Le séjour a commencé, sa partie passée ne peut plus être modifiée.
