# The artist's hands: drag a picture from a file manager onto the sidebar, then onto the viewport, and choose
# Maquette's entry in the menu that Blender opens under the pointer. Runs where the window is.
photograph() { xwd -root -silent | convert xwd:- "$WINDOW_PICTURES/$1.png"; }
here=$(dirname "$0")
folder=$(dirname "$WINDOW_STATE")

drop() { # NAME X Y
  convert -size 64x48 gradient:red-blue "$folder/$1.png"
  xdotool mousemove "$2" "$3"; sleep 1
  python3 "$here/drop_file.py" "$folder/$1.png" "$2" "$3"
  sleep 2
  photograph "drop-$1"
  xdotool click 1
  for ((i = 0; i < 40; i++)); do
    grep -q "$1.png" "$WINDOW_STATE" && break
    sleep 0.25
  done
}

sleep 2
drop sidebar 1174 560
drop viewport 500 500
photograph drop
