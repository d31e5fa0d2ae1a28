### Sentences for end users, in French. One key for each rule that can refuse a request.

# Reservations.
reservation-history-closed = La réservation { $number } est trop ancienne pour être modifiée.
stay-in-history = Le séjour commence trop loin dans le passé pour être réservé.
persons-over-capacity = La catégorie accueille au plus { $capacity } personnes, { $persons } sont trop nombreuses.
release-out-of-range = L'option doit expirer dans le futur et avant l'arrivée.
resource-of-another-service = { $resource } n'est pas proposé pour ce service.
block-not-confirmed = Le bloc { $block } n'est pas confirmé et ne peut pas recevoir de réservations.
block-of-another-rate = Les réservations du bloc { $block } utilisent le tarif du bloc.
block-of-another-group = Toutes les réservations du bloc { $block } appartiennent à un seul groupe.
block-exhausted = Le bloc { $block } n'a plus rien de cette catégorie à ces dates.
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

# Rates and availability.
rate-private = Le tarif est privé et exige un code promotionnel valable.
voucher-unknown = Le code promotionnel est inconnu.
voucher-not-valid-now = Le code promotionnel n’est pas valable en ce moment.
voucher-not-for-dates = Le code promotionnel n’est pas utilisable pour ces dates.
voucher-not-for-rate = Le code promotionnel ne donne pas accès à ce tarif.
voucher-not-for-company = Le code promotionnel appartient à une autre société ou agence de voyages.
restriction-closed = Le tarif est fermé aux dates choisies.
restriction-closed-to-arrival = Le tarif est fermé à l’arrivée à la date choisie.
restriction-closed-to-departure = Le tarif est fermé au départ à la date choisie.
restriction-min-advance = Le séjour doit être réservé plus longtemps avant l’arrivée.
restriction-max-advance = Le séjour ne peut pas être réservé si longtemps avant l’arrivée.
restriction-min-length = Le séjour est plus court que le séjour minimum.
restriction-max-length = Le séjour est plus long que le séjour maximum.
restriction-min-price = Le prix est inférieur au prix minimum aux dates choisies.
restriction-max-price = Le prix est supérieur au prix maximum aux dates choisies.
availability-none = Il n’y a plus de disponibilité aux dates choisies.
resource-not-free = { $resource } n’est pas libre aux dates choisies.
resource-part-taken = { $resource } ne peut pas faire partie de cette chambre : les deux espaces sont pris en même temps.
# Profiles.
customer-email-taken = Un autre profil client utilise déjà l’adresse e-mail { $email }.
identity-document-expiration-missing = La date d’expiration de la pièce d’identité manque.
identity-document-number-missing = Le numéro de la pièce d’identité manque ; cet établissement doit l’enregistrer.

# Finances.
exchange-rate-missing = Il n’y a pas de taux de change pour { $currency }.
accounting-history-closed = La date de consommation est trop ancienne pour être facturée.
company-billing-disabled = { $name } ne peut pas être débitée : la facturation aux sociétés n’est pas activée ici.
rebates-disabled = Les montants négatifs ne sont pas activés ici.
accounting-category-required = { $name } nécessite une catégorie comptable.
account-not-invoiceable = Aucune facture ne peut être émise à { $name }.
bill-empty = La note est vide.
bill-not-balanced = La note n’est pas soldée, son solde est de { $balance } { $currency }.
bill-payment-pending = Un paiement de la note est encore en cours.
bill-closed = La note { $number } est clôturée et ne peut pas être supprimée.
bill-not-empty = La note n’est pas vide et ne peut pas être supprimée.
payment-type-disabled = Les paiements du type { $type } ne sont pas activés ici.
payment-type-unspecified = Le type de paiement doit être précisé ici.
