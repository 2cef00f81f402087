#!/bin/sh
# The model trained into the image is used unless the data volume has one of the same name already.
set -eu
mkdir -p "$COACH_DATA_DIR/models"
for model in /opt/coach/data/models/coach-*.tar.gz; do
  target="$COACH_DATA_DIR/models/$(basename "$model")"
  if [ -f "$model" ] && [ ! -f "$target" ]; then
    cp "$model" "$target.new.$$"
    mv "$target.new.$$" "$target"
  fi
done
exec "$@"
