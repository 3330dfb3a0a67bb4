#!/bin/bash
# A real S3 server for tests: Ceph's radosgw over one monitor and one object store in memory, on
# loopback. Prints "ready" and serves until its standard input ends, so that it goes with whoever
# started it, even when that one was killed.
# usage: radosgw.sh DIRECTORY MONITOR_PORT PORT
set -eu
dir=$1 monitor=$2 port=$3
# The configuration must not come from, nor the state go to, a Ceph that is installed here.
export CEPH_CONF=$dir/ceph.conf
unset CEPH_ARGS

stop() {
  trap '' EXIT INT TERM HUP
  for file in "$dir"/run/*.pid; do
    [ -f "$file" ] && kill -KILL "$(cat "$file")" 2>/dev/null
  done
  rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP
# Also while something below hangs: the end of the input is the end of everything.
exec 3<&0 </dev/null
(
  while read -r _; do :; done <&3
  stop
  pkill -TERM -P $$
  kill -KILL $$
) >/dev/null 2>&1 3<&3 &

# A cluster that has just been started, on a busy machine, knows of its members a little later.
patiently() {
  for _ in $(seq 60); do
    timeout -k 1 20 "$@" && return 0
    sleep 0.25
  done
  echo "failed: $*"
  exit 1
}

mkdir -p "$dir/mon" "$dir/osd" "$dir/run" "$dir/log"
fsid=11111111-2222-3333-4444-555555555555
osd=22222222-2222-3333-4444-555555555555
cat >"$CEPH_CONF" <<CONF
[global]
fsid = $fsid
mon host = v1:127.0.0.1:$monitor
ms bind msgr2 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd objectstore = memstore
memstore device bytes = 8589934592
# Without these two the first start of the object store dies of "wrong fsid".
osd class update on start = false
osd crush update on start = false
mon data = $dir/mon
osd data = $dir/osd
run dir = $dir/run
admin socket = $dir/run/\$name.asok
pid file = $dir/run/\$name.pid
log file = $dir/log/\$name.log
mon data avail crit = 1
# Else each change of the cluster waits a second for others.
paxos propose interval = 0.05
paxos min wait = 0.01
mon tick interval = 1
# Deleted objects give their memory back soon.
rgw gc obj min wait = 1
rgw gc processor period = 5
CONF

exec 4>&1 5>&2 >"$dir/log/start" 2>&1
trap 'tail -n 20 "$dir/log/start" >&5 || true; stop' EXIT
monmaptool --create --fsid "$fsid" --addv a "[v1:127.0.0.1:$monitor]" "$dir/monmap"
ceph-mon --mkfs -i a --monmap "$dir/monmap"
ceph-mon -i a
patiently ceph osd new "$osd"
ceph-osd -i 0 --mkfs --osd-uuid "$osd"
ceph-osd -i 0
patiently ceph osd crush add osd.0 1 root=default host=h
patiently radosgw-admin user create --uid=owner --display-name=owner \
  --access-key=AKIAOWNER --secret=owner-secret
# Known to the server, and with no right to what the other owns.
patiently radosgw-admin user create --uid=stranger --display-name=stranger \
  --access-key=AKIASTRANGER --secret=stranger-secret
radosgw -n client.rgw --rgw-frontends "beast endpoint=127.0.0.1:$port"
for _ in $(seq 300); do
  if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    echo ready >&4
    trap stop EXIT
    exec 4>&- 5>&-
    wait
    exit 0
  fi
  sleep 0.1
done
echo "radosgw does not listen on port $port"
exit 1
