### Sentences for end users, in Czech. One key for each rule that can refuse a request.

# Reservations.
reservation-history-closed = Rezervace { $number } je příliš stará, nelze ji už měnit.
stay-in-history = Pobyt začíná příliš daleko v minulosti, nelze ho rezervovat.
persons-over-capacity = Kategorie pojme nejvýše { $capacity } osob, { $persons } je příliš mnoho.
release-out-of-range = Opce musí skončit v budoucnu a před příjezdem.
resource-of-another-service = { $resource } se pro tuto službu nenabízí.
block-not-confirmed = Blok { $block } není potvrzený, nelze z něj rezervovat.
block-of-another-rate = Rezervace z bloku { $block } používají sazbu bloku.
block-of-another-group = Všechny rezervace z bloku { $block } patří do jedné skupiny.
block-exhausted = V bloku { $block } už na tyto dny nic z této kategorie nezbývá.
group-full = Skupina z bloku má nejvýše { $limit } rezervací.
reservation-not-optional = Rezervace { $number } není opcí, nelze ji potvrdit.
reservation-released = Opce na rezervaci { $number } vypršela.
reservation-not-cancelable = Rezervaci { $number } už nelze zrušit.
reservation-not-confirmed = Rezervace { $number } není potvrzená, hosty nelze ubytovat.
reservation-starts-later = Pobyt začíná později, hosty zatím nelze ubytovat.
reservation-without-resource = Rezervace { $number } nemá přiřazený pokoj.
resource-not-ready = { $resource } není připraven k ubytování.
resource-occupied = { $resource } ještě obývají jiní hosté.
reservation-without-guest = Rezervace { $number } nemá hosta.
reservation-not-started = Hosté rezervace { $number } nejsou ubytovaní.
reservation-ends-later = Pobyt končí později, hosty nelze odhlásit před jeho posledním dnem.
profiles-incomplete = Profily hostů jsou neúplné: { $gaps }.
bills-open = Účty hostů nejsou vyrovnané.
companions-full = Rezervace { $number } je pro { $persons } osob, všechny už jsou uvedené.
reservation-over = Rezervace { $number } je uzavřená, nelze ji už měnit.
resource-locked = Pokoj rezervace { $number } je zamčený; před změnou ho odemkněte.
stay-begun = Pobyt už začal, jeho uplynulou část nelze měnit.

# Rates and availability.
rate-private = Cena je neveřejná a vyžaduje platný kód voucheru.
voucher-unknown = Kód voucheru není znám.
voucher-not-valid-now = Kód voucheru teď není platný.
voucher-not-for-dates = Kód voucheru nelze pro tyto dny použít.
voucher-not-for-rate = Kód voucheru neotevírá tuto cenu.
voucher-not-for-company = Kód voucheru patří jiné společnosti nebo cestovní kanceláři.
restriction-closed = Cena je ve vybraných dnech uzavřena.
restriction-closed-to-arrival = Ve vybraný den není s touto cenou možný příjezd.
restriction-closed-to-departure = Ve vybraný den není s touto cenou možný odjezd.
restriction-min-advance = Pobyt je třeba rezervovat s větším předstihem před příjezdem.
restriction-max-advance = Pobyt nelze rezervovat s tak velkým předstihem před příjezdem.
restriction-min-length = Pobyt je kratší než minimální délka pobytu.
restriction-max-length = Pobyt je delší než maximální délka pobytu.
restriction-min-price = Cena je nižší než minimální cena ve vybraných dnech.
restriction-max-price = Cena je vyšší než maximální cena ve vybraných dnech.
availability-none = Ve vybraných dnech není nic volného.
resource-not-free = { $resource } není ve vybraných dnech k dispozici.
resource-part-taken = { $resource } nemůže být součástí tohoto pokoje: oba prostory jsou obsazené ve stejnou dobu.
# Profiles.
customer-email-taken = E-mailovou adresu { $email } již má jiný profil hosta.
identity-document-expiration-missing = Chybí datum platnosti dokladu totožnosti.
identity-document-number-missing = Chybí číslo dokladu totožnosti; toto ubytovací zařízení je musí evidovat.

# Finance.
exchange-rate-missing = Pro měnu { $currency } není k dispozici směnný kurz.
accounting-history-closed = Okamžik spotřeby je příliš dávno na to, aby bylo možné ji účtovat.
company-billing-disabled = { $name } nelze účtovat: účtování společnostem zde není povoleno.
rebates-disabled = Záporné částky zde nejsou povoleny.
accounting-category-required = { $name } potřebuje účetní kategorii.
account-not-invoiceable = Pro { $name } nelze vystavovat faktury.
bill-empty = Účet je prázdný.
bill-not-balanced = Účet není vyrovnaný, jeho zůstatek je { $balance } { $currency }.
bill-payment-pending = Jedna z plateb na účtu ještě probíhá.
bill-closed = Účet { $number } je uzavřený a nelze ho smazat.
bill-not-empty = Účet není prázdný a nelze ho smazat.
payment-type-disabled = Platby typu { $type } zde nejsou povoleny.
payment-type-unspecified = Typ platby zde musí být uveden.
