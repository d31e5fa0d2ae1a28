### Sentences for end users, in Spanish. One key for each rule that can refuse a request.

# Reservations.
reservation-history-closed = La reserva { $number } es demasiado antigua para modificarla.
stay-in-history = La estancia comienza demasiado atrás en el tiempo para reservarla.
persons-over-capacity = La categoría admite como máximo { $capacity } personas; { $persons } son demasiadas.
release-out-of-range = La opción debe vencer en el futuro y antes de la llegada.
resource-of-another-service = { $resource } no se ofrece para este servicio.
block-not-confirmed = El bloque { $block } no está confirmado y no admite reservas.
block-of-another-rate = Las reservas del bloque { $block } utilizan la tarifa del bloque.
block-of-another-group = Todas las reservas del bloque { $block } pertenecen a un mismo grupo.
block-exhausted = Al bloque { $block } no le queda nada de esta categoría para estas fechas.
group-full = Un grupo de un bloque contiene como máximo { $limit } reservas.
reservation-not-optional = La reserva { $number } no es opcional y no se puede confirmar.
reservation-released = La opción sobre la reserva { $number } ha vencido.
reservation-not-cancelable = La reserva { $number } ya no se puede cancelar.
reservation-not-confirmed = La reserva { $number } no está confirmada, no es posible hacer el check-in.
reservation-starts-later = La estancia comienza más tarde, todavía no es posible hacer el check-in.
reservation-without-resource = La reserva { $number } no tiene habitación asignada.
resource-not-ready = { $resource } no está lista para el check-in.
resource-occupied = { $resource } todavía está ocupada por otros huéspedes.
reservation-without-guest = La reserva { $number } no tiene huésped.
reservation-not-started = La reserva { $number } no está en curso.
reservation-ends-later = La estancia termina más tarde; no es posible hacer el check-out antes de su último día.
profiles-incomplete = Los perfiles de los huéspedes están incompletos: { $gaps }.
bills-open = Las facturas de los huéspedes no están saldadas.
companions-full = La reserva { $number } es para { $persons } personas, todas ya indicadas.
reservation-over = La reserva { $number } ha finalizado y ya no se puede modificar.
resource-locked = La habitación de la reserva { $number } está bloqueada; desbloquéela antes de asignar otra.
stay-begun = La estancia ha comenzado, su parte pasada ya no se puede modificar.

# Rates and availability.
rate-private = La tarifa es privada y requiere un código promocional válido.
voucher-unknown = El código promocional no existe.
voucher-not-valid-now = El código promocional no es válido en este momento.
voucher-not-for-dates = El código promocional no se puede usar en estas fechas.
voucher-not-for-rate = El código promocional no da acceso a esta tarifa.
voucher-not-for-company = El código promocional pertenece a otra empresa o agencia de viajes.
restriction-closed = La tarifa está cerrada en las fechas elegidas.
restriction-closed-to-arrival = La tarifa está cerrada a la llegada en la fecha elegida.
restriction-closed-to-departure = La tarifa está cerrada a la salida en la fecha elegida.
restriction-min-advance = La estancia debe reservarse con más antelación a la llegada.
restriction-max-advance = La estancia no se puede reservar con tanta antelación a la llegada.
restriction-min-length = La estancia es más corta que la estancia mínima.
restriction-max-length = La estancia es más larga que la estancia máxima.
restriction-min-price = El precio es inferior al precio mínimo en las fechas elegidas.
restriction-max-price = El precio es superior al precio máximo en las fechas elegidas.
availability-none = No hay disponibilidad en las fechas elegidas.
resource-not-free = { $resource } no está libre en las fechas elegidas.
resource-part-taken = { $resource } no puede formar parte de esta habitación: ambos espacios están ocupados al mismo tiempo.
# Profiles.
customer-email-taken = Otro perfil de huésped ya tiene la dirección de correo electrónico { $email }.
identity-document-expiration-missing = Falta la fecha de caducidad del documento de identidad.
identity-document-number-missing = Falta el número del documento de identidad; este establecimiento debe registrarlo.

# Finanzas.
exchange-rate-missing = No hay tipo de cambio para { $currency }.
accounting-history-closed = La fecha de consumo es demasiado antigua para cargarla.
company-billing-disabled = No se puede cargar a { $name }: el cargo a empresas no está habilitado aquí.
rebates-disabled = Los importes negativos no están habilitados aquí.
accounting-category-required = { $name } necesita una categoría contable.
account-not-invoiceable = No se pueden emitir facturas a { $name }.
bill-empty = La cuenta está vacía.
bill-not-balanced = La cuenta no está saldada, su saldo es de { $balance } { $currency }.
bill-payment-pending = Un pago de la cuenta aún está en curso.
bill-closed = La cuenta { $number } está cerrada y no se puede eliminar.
bill-not-empty = La cuenta no está vacía y no se puede eliminar.
payment-type-disabled = Los pagos del tipo { $type } no están habilitados aquí.
payment-type-unspecified = Aquí debe indicarse el tipo de pago.
