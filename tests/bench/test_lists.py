"""The benchmark of lists asks for every page, so it grows with the tables and the pages or says that it has not."""

import pytest

from bench import lists


@pytest.mark.timeout(300)
def test_every_page_answers_in_offices_of_any_size() -> None:
    with lists.offices(large=120, small=60) as made:
        pages = lists.measure(made, 1)

    assert len(pages) > 30
    assert all(len(times) == 1 for page in pages for times in page.took)
