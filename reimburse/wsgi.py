"""What a web server imports: the application of the data folder named by REIMBURSE_DATA."""

import os
from pathlib import Path

from reimburse.app import open_app

application = open_app(Path(os.environ.get("REIMBURSE_DATA", "data")), os.environ)
