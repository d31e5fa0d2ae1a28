//! Sentences for end users, from Fluent files, one per language.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::error::LocalizedMessage;

/// The sentences of every language; the first one is the fallback.
pub struct Catalog {
    languages: Vec<(String, FluentBundle<FluentResource>)>,
}

impl Catalog {
    /// Reads one Fluent source per language; the first language is the fallback of all others.
    ///
    /// # Errors
    /// Says which language has a source that is not Fluent.
    pub fn new(sources: &[(&str, &str)]) -> Result<Self, String> {
        let mut languages = Vec::new();
        for (language, source) in sources {
            let identifier: LanguageIdentifier =
                language.parse().map_err(|error| format!("language {language}: {error}"))?;
            let resource = FluentResource::try_new((*source).to_owned())
                .map_err(|(_, errors)| format!("texts in {language}: {errors:?}"))?;
            let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
            // The isolation marks around arguments would show up in clients' logs.
            bundle.set_use_isolating(false);
            bundle
                .add_resource(resource)
                .map_err(|errors| format!("texts in {language}: {errors:?}"))?;
            languages.push(((*language).to_owned(), bundle));
        }
        Ok(Self { languages })
    }

    /// The sentence in the first of `wanted` that has it (`de-AT` also looks at `de`), else in the
    /// fallback language, else the key itself.
    #[must_use]
    pub fn sentence(&self, wanted: &[&str], message: &LocalizedMessage) -> String {
        wanted
            .iter()
            .filter_map(|language| self.bundle(language))
            .chain(self.languages.first().map(|(_, bundle)| bundle))
            .find_map(|bundle| format(bundle, message))
            .unwrap_or_else(|| message.key.to_owned())
    }

    /// True when `language` has a sentence of its own for `key`.
    #[must_use]
    pub fn has(&self, language: &str, key: &str) -> bool {
        self.bundle(language).is_some_and(|bundle| bundle.has_message(key))
    }

    fn bundle(&self, language: &str) -> Option<&FluentBundle<FluentResource>> {
        let primary = language.split('-').next().unwrap_or(language);
        [language, primary].into_iter().find_map(|wanted| {
            let mut all = self.languages.iter();
            all.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, bundle)| bundle)
        })
    }
}

fn format(bundle: &FluentBundle<FluentResource>, message: &LocalizedMessage) -> Option<String> {
    let pattern = bundle.get_message(message.key)?.value()?;
    let mut arguments = FluentArgs::new();
    for (name, value) in &message.arguments {
        arguments.set(*name, value.as_str());
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
    errors.is_empty().then(|| text.into_owned())
}
