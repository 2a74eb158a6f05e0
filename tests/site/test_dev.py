"""What `dev.py` hands on to the programs that it runs."""

import dev


def test_where_nothing_may_stand_beside_the_sources_it_stands_with_the_packages(
    monkeypatch,
):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    kept = dev.environment("development")
    assert "PYTHONDONTWRITEBYTECODE" not in kept
    assert kept["PYTHONPYCACHEPREFIX"].startswith(str(dev.VENV))


def test_elsewhere_it_stands_where_python_puts_it(monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    assert "PYTHONPYCACHEPREFIX" not in dev.environment("test")
