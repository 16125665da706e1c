//! What every command works with.

use std::path::Path;
use std::sync::Arc;

use postern_service::{By, Service};

use super::{CliError, Console, Place};
use crate::config::{Config, DatabaseUrl, Environment, Overlay, Value};
use crate::wiring::{self, Absent};

/// The console, the environment and the place that the command line names.
#[derive(Debug)]
pub struct Context {
    /// Where answers go.
    pub console: Console,
    /// What the environment says.
    pub environment: Environment,
    place: Place,
}

impl Context {
    /// The context of a command.
    #[must_use]
    pub fn new(place: Place, environment: Environment) -> Self {
        Self { console: Console::new(place.json, environment.no_color), environment, place }
    }

    /// Who asks.
    #[must_use]
    pub fn by(&self) -> By<'_> {
        By::Operator { user: &self.environment.user }
    }

    /// The configuration that holds here.
    ///
    /// # Errors
    /// [`CliError::Configuration`], [`CliError::DatabaseUrl`].
    pub fn config(&self) -> Result<Config, CliError> {
        let file = self.place.config.as_deref().or(self.environment.config.as_deref());
        self.config_of(file)
    }

    /// The configuration in `file`, with what goes before it.
    ///
    /// # Errors
    /// As [`Self::config`].
    pub fn config_of(&self, file: Option<&Path>) -> Result<Config, CliError> {
        let database = self.place.database.as_ref().or(self.environment.database.as_ref());
        let database = database.map(|url| DatabaseUrl::read(url)).transpose();
        let overlay = Overlay {
            data: self.place.data.clone().or_else(|| self.environment.data.clone()),
            database: database.map_err(|expected| CliError::DatabaseUrl { expected })?,
        };
        Ok(Config::load(file, &overlay)?)
    }

    /// The service over a database that is there, for a command that does one deed and ends.
    ///
    /// # Errors
    /// [`CliError`]: the configuration, the key file or the database.
    pub async fn service(&self) -> Result<Arc<Service>, CliError> {
        self.open(Absent::Refuse).await
    }

    /// As [`Self::service`], for a command that may be the first one.
    ///
    /// # Errors
    /// As [`Self::service`].
    pub async fn service_or_new(&self) -> Result<Arc<Service>, CliError> {
        self.open(Absent::Make).await
    }

    async fn open(&self, absent: Absent) -> Result<Arc<Service>, CliError> {
        let config = self.config()?;
        let portal_url = config.portal.url_at(config.portal.listen.port());
        Ok(wiring::open_service(&config, &portal_url, absent).await?)
    }
}
