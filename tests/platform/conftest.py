"""What the tests against real clients share: ``--require-platform``, for which nothing may be skipped."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--require-platform``; it is known where tests/platform is named on the command line."""
    parser.addoption("--require-platform", action="store_true", help="fail where a test is skipped for want of a part")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where tests were skipped, as `make test-platform` has installed all that they need."""
    if not session.config.getoption("--require-platform", default=False):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("tests were skipped; --require-platform lets none be", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
