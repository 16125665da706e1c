//! Reading a list to its end.

/// Rows read at once.
const PAGE: u32 = 1000;

/// All rows of a list, read page by page: `page` is given the last row so far (none at the beginning) and how many rows to
/// give at most.
///
/// # Errors
/// Those of `page`.
pub(super) async fn whole_list<T, E>(
    page: impl AsyncFn(Option<&T>, u32) -> Result<Vec<T>, E>,
) -> Result<Vec<T>, E> {
    let mut rows = Vec::new();
    loop {
        let found = page(rows.last(), PAGE).await?;
        let is_last = found.len() < PAGE as usize;
        rows.extend(found);
        if is_last {
            return Ok(rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[tokio::test]
    async fn a_list_is_read_to_its_end() {
        for length in [0, 1, 999, 1000, 1001, 2500] {
            let rows = whole_list(async |last: Option<&u32>, limit| {
                let start = last.map_or(0, |last| last + 1);
                Ok::<_, Infallible>((start..length.min(start + limit)).collect())
            });
            assert_eq!(rows.await.unwrap(), (0..length).collect::<Vec<_>>());
        }
    }
}
