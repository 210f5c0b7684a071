"""The pages of the whole course, made once."""

import pytest

from tests.handouts.helpers import made


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The pages for each audience by name, made of the stored outputs."""
    out = tmp_path_factory.mktemp("course")
    return {who: made(out / who, "--no-run", "--audience", who) for who in ("student", "teacher")}
