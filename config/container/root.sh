#!/bin/sh
# Lays out the image's whole file system in a folder: the executables, the libraries that they load, certificates, the
# user that they run as, and what the agent reads. Run from the repository's root after `deno task build`.
set -eu
root=${1:?the folder to fill}
home="$root/srv/oncall"
mkdir -p "$home/bin" "$home/config" "$home/run" "$home/logs" "$root/etc/ssl/certs" "$root/tmp"

for program in bin/oncall*; do
  case "$program" in *.*) continue ;; esac
  cp "$program" "$home/bin/"
  for library in $(ldd "$program" | grep -o '/[^ ]*'); do
    [ -e "$root$library" ] || install -D "$library" "$root$library"
  done
done

cp -r config/oncall.yaml config/runbooks "$home/config/"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo 'oncall:x:65532:65532::/srv/oncall:/none' > "$root/etc/passwd"
echo 'oncall:x:65532:' > "$root/etc/group"
chown -R 65532:65532 "$home/run" "$home/logs" 2> /dev/null || true
chmod 1777 "$root/tmp"
