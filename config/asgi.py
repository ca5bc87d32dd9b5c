import gc
import os
import sys

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_asgi_application()

from brands.tenancy import guard  # noqa: E402 - needs Django set up
from collaboration.stream.asgi import Streams  # noqa: E402

application = Streams(django)
guard.refuse_at_start()

# A batch of events is thousands of objects that are gone with the answer. Looking for rings among them every 700, and
# among all that was loaded every so often, took a tenth of the time.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
# A thread that holds a lock in PostgreSQL, and has its answer, waits so long for one that reads a body: not 5 ms.
sys.setswitchinterval(0.001)
