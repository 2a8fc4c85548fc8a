# The artist's hands: types what Suzanne shall be made of, presses Texture, waits for the material, photographs it,
# and takes it back with Ctrl+Z. Runs where the window is; WINDOW_* come from the test.
photograph() { xwd -root -silent | convert xwd:- "$WINDOW_PICTURES/$1.png"; }
point() { xdotool mousemove "$1" "$2"; sleep 1; }
state() { grep -q "$1" "$WINDOW_STATE"; }

press() { # X Y; a busy machine may lose a click
  point "$1" "$2"; xdotool click 1
  for ((i = 0; i < 60; i++)); do
    grep -q '"jobs": \["' "$WINDOW_STATE" && return
    sleep 0.25
  done
  return 1
}

type_prompt() {
  point 1165 334
  xdotool click --repeat 2 --delay 100 1; sleep 2
  xdotool key ctrl+a; xdotool type --delay 40 "$WINDOW_PROMPT"; sleep 1
  xdotool key Return; sleep 2
}

sleep 5 # until the tab that was chosen is drawn
type_prompt
state "\"prompt\": \"$WINDOW_PROMPT\"" || type_prompt
press 1174 365 || press 1174 365
xdotool mousemove 600 760
for ((i = 0; i < 480; i++)); do
  state '"PLACED"' && break
  sleep 0.25
done
sleep "${WINDOW_SETTLE:-30}"
photograph texture
cp "$WINDOW_STATE" "$WINDOW_STATE.textured"
xdotool key ctrl+z
for ((i = 0; i < 120; i++)); do
  state '"material": ""' && break
  sleep 0.25
done
