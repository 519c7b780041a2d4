"""As few settings as a project can have."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "an example, which serves nobody"
INSTALLED_APPS = ["usage"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

# False in a checkout, for the project's own developers: nothing is asked, counted or reported then.
USAGE_REPORTS = True
