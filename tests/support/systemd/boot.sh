#!/usr/bin/env bash
# Boots systemd as the first process of a machine of its own: boot.sh ROOM SHOWN...
# ROOM is an empty directory. Root there is an ordinary user here (a user namespace): it can neither set the clock nor
# load a module. It has a copy of /etc, an empty /usr/local/sbin, and sees the rest of /usr and the directories SHOWN
# without being able to write to them.
# Prints "booting" once it can reach nothing else. It runs until it is killed.
set -euo pipefail

room="$1"

enter() {
  local groups own outer holder
  groups="$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)"
  [ -n "$groups" ] || { echo "no cgroup2 is mounted" >&2 && exit 1; }

  # Every account keeps its number. Only a process outside can set that, for a process inside the namespace.
  outer="$(readlink /proc/self/ns/user)"
  holder="$(unshare --user sleep 10 </dev/null >/dev/null 2>&1 & echo $!)"
  until [ "$(readlink "/proc/$holder/ns/user")" != "$outer" ]; do sleep 0.01; done
  echo "0 0 65536" >"/proc/$holder/uid_map"
  echo "0 0 65536" >"/proc/$holder/gid_map"

  # In a control group of its own, whose processes systemd manages.
  own="$groups/greenlight-$$"
  mkdir "$own"
  echo "$own" >"$room/control-group"
  echo $$ >"$own/cgroup.procs"

  # It ends with the process that started it, however that process ends.
  exec nsenter --user --target "$holder" setpriv --pdeathsig KILL \
    unshare --mount --pid --fork --kill-child --uts --ipc --cgroup "$BASH" "$0" --inside "$@"
}

# Shows a file or directory, and what is mounted below it, read-only.
show() {
  mount --rbind "$1" "$2"
  awk -v at="$(realpath "$2")" '$5 == at || index($5, at "/") == 1 { print $5 }' /proc/self/mountinfo |
    while read -r mounted; do mount -o remount,bind,ro "$mounted"; done
}

if [ "$1" != --inside ]; then enter "$@"; fi
room="$2"
shift 2

mount --make-rprivate /
mount -t tmpfs -o mode=755 none "$room"
cd "$room"
mkdir etc sys proc run dev tmp opt root var before
chmod 1777 tmp
cp -a /etc/. etc/
ln -s usr/bin bin
ln -s usr/sbin sbin
for directory in /lib*; do cp -a "$directory" . 2>/dev/null || true; done
for directory in /usr "$@"; do
  mkdir -p ".$directory"
  show "$directory" ".$directory"
done

mount -t tmpfs -o mode=755 none usr/local/sbin

mount -t proc none proc
for risky in bus fs irq sys sysrq-trigger; do
  if [ -e "proc/$risky" ]; then show "proc/$risky" "proc/$risky"; fi
done
mount -t tmpfs -o mode=755 none sys
mkdir -p sys/fs/cgroup
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs -o mode=755 none run
mount -t tmpfs -o mode=755 none dev
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done

# Of this machine's units only the journal and the names that others wait for, without their dependencies.
units=usr/lib/systemd/system
[ -d "$units" ] || units=lib/systemd/system
mkdir chosen
for unit in systemd-journald.service systemd-journald.socket systemd-journald-dev-log.socket \
  sysinit.target basic.target network.target network-online.target timers.target multi-user.target shutdown.target; do
  sed -E '/^(Requires|Wants|Conflicts)=/d' "$units/$unit" >"chosen/$unit"
done
cat >chosen/machine.target <<'UNIT'
[Unit]
DefaultDependencies=no
Requires=systemd-journald.service
After=systemd-journald.service
UNIT
mount --bind chosen "$units"
rm -rf etc/systemd/system
mkdir -p etc/systemd/system

pivot_root "$room" "$room/before"
cd /
umount --lazy /before
echo "booting"
exec env -i container=other PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --unit=machine.target --show-status=false --log-target=journal
