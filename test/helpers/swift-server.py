"""A real S3 server of another dialect for tests: OpenStack Swift with its s3api, on loopback.

All four of its servers in one process: that starts in a second or two and ends as one. The cache is
a dictionary instead of a memcached. Prints "ready" and serves until its standard input ends, so that
it goes with whoever started it, even when that one was killed.

usage: swift-server.py DIRECTORY PORT     (a directory on a file system with extended attributes)
"""
import os
import shutil
import sys
import traceback

import eventlet

eventlet.monkey_patch(all=False, socket=True, select=True, thread=True)

import logging  # noqa: E402
from eventlet import hubs, wsgi  # noqa: E402

directory, port = sys.argv[1], int(sys.argv[2])

SWIFT = """
[swift-hash]
swift_hash_path_suffix = blobsy
[storage-policy:0]
name = only
default = yes
"""

STORAGE = """
[DEFAULT]
devices = {dir}/devices
mount_check = false
swift_dir = {dir}
bind_port = {port}
log_level = ERROR
recon_cache_path = {dir}
fallocate_reserve = 0
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
node_timeout = 60
conn_timeout = 60
"""

# bulk, slo and the others are what s3api itself asks for.
PROXY = """
[DEFAULT]
swift_dir = {dir}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors healthcheck listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
node_timeout = 60
conn_timeout = 60
# There is no other node to ask while one that was slow is left alone.
error_suppression_limit = 1000000000
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_test_stranger = nothing
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
"""


class Cache(object):
    """What Swift asks of a memcached, for one process."""

    def __init__(self):
        self.kept = {}

    def get(self, key, **_):
        return self.kept.get(key)

    def set(self, key, value, **_):
        self.kept[key] = value

    def incr(self, key, delta=1, **_):
        self.kept[key] = int(self.kept.get(key, 0)) + delta
        return self.kept[key]

    def decr(self, key, delta=1, **_):
        return self.incr(key, -delta)

    def delete(self, key, **_):
        self.kept.pop(key, None)

    def get_multi(self, keys, *_, **__):
        return [self.kept.get(key) for key in keys]

    def set_multi(self, mapping, *_, **__):
        self.kept.update(mapping)


def write(name, text):
    file = os.path.join(directory, name)
    with open(file, "w") as out:
        out.write(text)
    return file


def serve(sock, app):
    quiet = logging.getLogger("quiet")
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
    from swift.common.wsgi import SwiftHttpProtocol

    eventlet.spawn(
        wsgi.server, sock, app, quiet, protocol=SwiftHttpProtocol,
        custom_pool=eventlet.GreenPool(1000), keepalive=True,
    )


def main():
    os.makedirs(os.path.join(directory, "devices", "one"))
    conf = write("swift.conf", SWIFT)
    from swift.common import utils

    # It is read from /etc/swift unless told before the others are loaded.
    utils.SWIFT_CONF_FILE = conf
    utils.validate_configuration()
    from swift.common import ring, wsgi as swift_wsgi

    for kind in ("account", "container", "object"):
        sock = eventlet.listen(("127.0.0.1", 0))
        at = sock.getsockname()[1]
        # As few partitions as there can be: one device has them all.
        builder = ring.RingBuilder(4, 1, 0)
        builder.add_dev(
            {"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": at, "weight": 1.0,
             "device": "one", "replication_ip": "127.0.0.1", "replication_port": at, "meta": ""}
        )
        builder.rebalance()
        builder.get_ring().save(os.path.join(directory, kind + ".ring.gz"))
        file = write(kind + ".conf", STORAGE.format(dir=directory, kind=kind, port=at))
        serve(sock, swift_wsgi.loadapp(file))
    proxy = swift_wsgi.loadapp(write("proxy.conf", PROXY.format(dir=directory)))
    cache = Cache()

    def with_cache(env, start_response):
        env["swift.cache"] = cache
        return proxy(env, start_response)

    serve(eventlet.listen(("127.0.0.1", port)), with_cache)
    print("ready", flush=True)
    while True:
        hubs.trampoline(0, read=True)
        if not os.read(0, 4096):
            return


status = 1
try:
    main()
    status = 0
except Exception:
    traceback.print_exc()
finally:
    shutil.rmtree(directory, ignore_errors=True)
    # At once, whatever is being served.
    os._exit(status)
