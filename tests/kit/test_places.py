"""A place is given back once, by whom it was given to, and not at all where there is none."""

import asyncio

from kit import places


def test_a_place_is_given_back_once() -> None:
    left: list[str] = []
    with places.held(lambda: left.append("outer")):
        places.leave()
        places.leave()
    places.leave()
    assert left == ["outer"]


async def test_what_runs_inside_gives_back_its_own_place() -> None:
    left: list[int] = []

    async def run(number: int) -> None:
        with places.held(lambda: left.append(number)):
            await asyncio.sleep(0)
            if number:
                places.leave()

    await asyncio.gather(*(run(number) for number in range(3)))
    assert sorted(left) == [1, 2]
