//! One request and the head of its answer.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};

use super::super::body::{Upload, UploadState};
use super::super::session::InSession;
use super::connection::{Link, speak_http};
use super::pool::{Key, Lease, Pool};
use crate::config::Limits;
use crate::sessions::End;
use crate::upstream::{ConnectError, Target, Visitor, connect_http};

/// What it takes to ask an upstream.
pub(in crate::http) struct Exchange<'a> {
    /// The connections that wait.
    pub(in crate::http) pool: &'a Arc<Pool>,
    /// Whose.
    pub(in crate::http) key: Key,
    /// Which upstream.
    pub(in crate::http) target: &'a Arc<Target>,
    /// For whom.
    pub(in crate::http) visitor: Visitor,
    /// How long things may take.
    pub(in crate::http) limits: &'a Limits,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(in crate::http) enum ExchangeProblem {
    /// The session was ended meanwhile.
    #[error("the session was ended")]
    Ended(End),
    /// The upstream cannot be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The program broke its request off.
    #[error("the request broke off: {0}")]
    Request(#[source] hyper::Error),
    /// What the upstream says is no answer.
    #[error("it gave no answer that can be used: {0}")]
    Broken(#[source] hyper::Error),
    /// The upstream did not answer in time.
    #[error("it did not answer in time")]
    Silence,
}

/// An answer's head, its body to come, and the connection that it comes from.
pub(in crate::http) type Answered = (Response<Incoming>, Lease);

impl Exchange<'_> {
    /// Sends a request and waits for the head of the answer.
    pub(in crate::http) async fn perform(
        &self,
        request: Request<Upload>,
        session: &mut InSession,
    ) -> Result<Answered, ExchangeProblem> {
        let upload = request.body().state();
        tokio::select! {
            biased;
            end = session.ended() => Err(ExchangeProblem::Ended(end)),
            answered = self.ask(request, &upload) => answered,
            () = silence(&upload, self.limits.http_answer_silence) => Err(ExchangeProblem::Silence),
        }
    }

    async fn ask(
        &self,
        mut request: Request<Upload>,
        upload: &Arc<UploadState>,
    ) -> Result<Answered, ExchangeProblem> {
        // One that waited may have been closed by the upstream meanwhile: if the request was not sent, it goes to a
        // fresh one. If it was, nobody knows what became of it, and the program has to decide.
        if let Some(mut waiting) = self.pool.take(&self.key, self.target) {
            match waiting.sender.try_send_request(request).await {
                Ok(answer) => return Ok(self.answered(answer, waiting, upload)),
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(problem(error.into_error())),
                },
            }
        }
        let stream = connect_http(self.target, self.limits, Some(&self.visitor)).await?;
        let mut fresh = speak_http(stream, self.limits).await.map_err(ExchangeProblem::Broken)?;
        let answer = fresh.sender.send_request(request).await.map_err(problem)?;
        Ok(self.answered(answer, fresh, upload))
    }

    /// An answer that came before the request was sent to its end, or that says that something is wrong, ends the use of
    /// the connection: what the upstream does with the rest is not known.
    fn answered(&self, answer: Response<Incoming>, link: Link, upload: &UploadState) -> Answered {
        let lease = Lease {
            link,
            is_orderly: upload.is_whole() && is_orderly(answer.status()),
            key: self.key.clone(),
            target: Arc::clone(self.target),
            pool: Arc::clone(self.pool),
        };
        (answer, lease)
    }
}

fn is_orderly(status: StatusCode) -> bool {
    let is_about_the_request = matches!(
        status,
        StatusCode::BAD_REQUEST
            | StatusCode::UNAUTHORIZED
            | StatusCode::PROXY_AUTHENTICATION_REQUIRED
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::LENGTH_REQUIRED
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::SWITCHING_PROTOCOLS
    );
    !is_about_the_request && !status.is_server_error()
}

fn problem(error: hyper::Error) -> ExchangeProblem {
    if error.is_user() { ExchangeProblem::Request(error) } else { ExchangeProblem::Broken(error) }
}

/// Until the upstream, which has everything, has said nothing for too long. While a request is still on its way, which may
/// take hours, the limit on the program's silence holds.
async fn silence(upload: &UploadState, limit: Duration) {
    loop {
        let has_everything = upload.is_whole();
        tokio::time::sleep(limit).await;
        if has_everything {
            return;
        }
    }
}
