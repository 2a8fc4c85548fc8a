# The artist's hands: types into the prompt field, presses Generate, waits for the object, and photographs the
# panel on the way. Runs where the window is; WINDOW_STATE, WINDOW_PICTURES and WINDOW_PROMPT come from the test.
photograph() { xwd -root -silent | convert xwd:- "$WINDOW_PICTURES/$1.png"; }
point() { xdotool mousemove "$1" "$2"; sleep 1; }

press() { # X Y; a busy machine may lose a click
  point "$1" "$2"; xdotool click 1
  for ((i = 0; i < 60; i++)); do
    grep -q '"jobs": \["' "$WINDOW_STATE" && return
    sleep 0.25
  done
  return 1
}

type_prompt() {
  point 1165 130
  xdotool click --repeat 2 --delay 100 1; sleep 2
  xdotool key ctrl+a; xdotool type --delay 40 "$WINDOW_PROMPT"; sleep 1
  xdotool key Return; sleep 2
}

sleep 5 # until the tab that was chosen is drawn
photograph empty
type_prompt
grep -qF "\"prompt\": \"$WINDOW_PROMPT\"" "$WINDOW_STATE" || type_prompt
press 1174 236 || press 1174 236
xdotool mousemove 700 640
for ((i = 0; i < 480; i++)); do
  if [ ! -e "$WINDOW_PICTURES/working.png" ] && grep -q '"stages": \["[a-z]' "$WINDOW_STATE"; then photograph working; fi
  grep -q '"PLACED"' "$WINDOW_STATE" && break
  sleep 0.25
done
sleep "${WINDOW_SETTLE:-15}"
photograph panel
