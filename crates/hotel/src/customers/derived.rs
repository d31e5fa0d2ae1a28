//! What follows from other properties of a customer.

use ostler_api::customers::{Customer, CustomerClassification};

use crate::reference::languages::native_language;

/// Domains under which travel agencies relay e-mails to guests whose addresses they keep.
const RELAY_DOMAINS: &[&str] = &[
    "agoda-messaging.com",
    "expediapartnercentral.com",
    "guest.airbnb.com",
    "guest.booking.com",
    "guest.hostelworld.com",
    "guest.trip.com",
    "guests.agoda.com",
    "hotelbeds.com",
    "hrs.de",
    "messages.homeaway.com",
    "messages.vrbo.com",
    "reply.airbnb.com",
    "user.ctrip.com",
];

/// Sets whatever follows from other properties. Called before every write.
pub(super) fn derive(customer: &mut Customer) {
    use CustomerClassification::{Blacklist, Blocklist};
    let labels = &mut customer.classifications;
    if labels.iter().any(|it| matches!(it, Blacklist | Blocklist)) {
        labels.extend([Blacklist, Blocklist]);
    }
    labels.sort_unstable();
    labels.dedup();
    customer.options.sort_unstable();
    customer.options.dedup();
    customer.has_ota_email = customer.email.as_deref().is_some_and(is_relayed);
    customer.language_code = customer
        .preferred_language_code
        .clone()
        .or_else(|| native_language(customer.nationality_code.as_deref()?).map(str::to_owned));
    let state = if customer.is_active { "Active" } else { "Deleted" };
    customer.activity_state = Some(state.to_owned());
}

fn is_relayed(email: &str) -> bool {
    let Some((_, domain)) = email.rsplit_once('@') else { return false };
    let domain = domain.to_ascii_lowercase();
    RELAY_DOMAINS.iter().any(|relay| {
        domain.strip_suffix(relay).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_relayed;

    #[test]
    fn relay_domains_are_recognised() {
        assert!(is_relayed("ada.123@guest.booking.com"));
        assert!(is_relayed("ada@M.ExpediaPartnerCentral.com"));
        assert!(!is_relayed("ada@booking.com"));
        assert!(!is_relayed("ada@notguest.booking.com"));
    }
}
