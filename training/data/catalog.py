"""The kinds that the starter model learns. See `subject` for what is told of each."""

from typing import Final

from .subject import Slot, Subject

_BROWN: Final = ("brown", "wooden")
_PALE: Final = ("beige", "wooden")
_STEEL: Final = ("grey", "metal")
_IRON: Final = ("black", "iron")
_GOLD: Final = ("yellow", "metal")
_STONE: Final = ("grey", "stone")
_SILVER: Final = ("white", "chrome")
_TIRE: Final = ("black", "fabric")
_GLASS: Final = ("black", "ceramic")
_CLOTHS: Final = tuple((c, "fabric") for c in ("red", "blue", "beige", "green", "grey"))
_PAINTS: Final = tuple((c, "plastic") for c in ("red", "blue", "yellow", "white", "green"))
_GLAZES: Final = tuple((c, "ceramic") for c in ("white", "blue", "green", "red", "beige"))
_METALS: Final = (_STEEL, _IRON, _GOLD)

SUBJECTS: Final = (
    Subject(
        "chair",
        ("chair", "chair", "dining chair", "kitchen chair", "seat"),
        (
            Slot(("frame", "seat"), ("seat",), (_BROWN, _PALE)),
            Slot(("leg", "stretcher"), ("legs", "feet")),
            Slot(("backrest", "slat"), ("back", "backrest")),
            Slot(("armrest",), ("armrests", "arms")),
            Slot(("cushion",), ("cushion", "pad"), _CLOTHS),
        ),
        (("leg", 3, 4),),
    ),
    Subject(
        "stool",
        ("stool", "stool", "bar stool", "footstool"),
        (
            Slot(("seat",), ("seat", "top"), (_BROWN, _PALE)),
            Slot(("leg", "stretcher"), ("legs", "feet")),
            Slot(("cushion",), ("cushion", "pad"), _CLOTHS),
        ),
        (("leg", 3, 4),),
    ),
    Subject(
        "armchair",
        ("armchair", "armchair", "easy chair", "lounge chair", "sofa chair"),
        (
            Slot(("upholstery", "armrest"), ("upholstery",), _CLOTHS),
            Slot(("cushion",), ("cushion", "seat cushion")),
            Slot(("backrest",), ("back", "backrest")),
            Slot(("leg",), ("legs", "feet"), (_BROWN, _IRON)),
            Slot(("pillow",), ("pillow",), _CLOTHS),
        ),
    ),
    Subject(
        "table",
        ("table", "table", "dining table", "kitchen table"),
        (
            Slot(("top",), ("top", "tabletop"), (_BROWN, _PALE)),
            Slot(("leg", "apron", "stretcher"), ("legs", "feet")),
            Slot(("shelf",), ("shelf",)),
            Slot(("drawer",), ("drawer",)),
        ),
        (("leg", 3, 6),),
    ),
    Subject(
        "lamp",
        ("lamp", "lamp", "table lamp", "desk lamp", "bedside lamp"),
        (
            Slot(
                ("shade",),
                ("shade", "lampshade"),
                (("beige", "fabric"), ("white", "fabric"), ("red", "fabric")),
            ),
            Slot(("base",), ("base", "foot"), (_BROWN, _GOLD, ("white", "ceramic"))),
            Slot(("stem",), ("stem",), (_GOLD, _STEEL)),
        ),
        never=("cord",),
    ),
    Subject(
        "mug",
        ("mug", "mug", "cup", "coffee mug", "coffee cup", "tea cup"),
        (
            Slot(("body",), ("body",), _GLAZES),
            Slot(("handle",), ("handle",)),
            Slot(("band",), ("band", "stripe"), _GLAZES, flush=True),
            Slot(("drink",), ("drink", "coffee"), (("brown", "ceramic"),), flush=True),
        ),
    ),
    Subject(
        "teapot",
        ("teapot", "teapot", "tea pot", "kettle"),
        (
            Slot(("body",), ("body",), _GLAZES),
            Slot(("spout",), ("spout",)),
            Slot(("handle",), ("handle",)),
            Slot(("lid", "knob"), ("lid",)),
            Slot(("band",), ("band", "stripe"), _GLAZES, flush=True),
        ),
    ),
    Subject(
        "vase",
        ("vase", "vase", "urn", "flower vase"),
        (
            Slot(("body",), ("body",), _GLAZES),
            Slot(("rim",), ("rim", "lip"), around=True),
            Slot(("band",), ("band", "stripe"), (*_GLAZES, _GOLD), flush=True),
            Slot(("handle",), ("handles",)),
        ),
    ),
    Subject(
        "bottle",
        ("bottle", "bottle", "wine bottle", "beer bottle"),
        (
            Slot(("body",), ("body",), (("green", "ceramic"), ("brown", "ceramic"), ("white", "plastic"))),
            Slot(("cork",), ("cork", "stopper"), (_PALE,)),
            Slot(("label",), ("label", "sticker"), (("white", "fabric"), ("beige", "fabric")), flush=True),
        ),
    ),
    Subject(
        "barrel",
        ("barrel", "barrel", "cask", "keg", "wine barrel"),
        (
            Slot(("stave",), ("staves", "planks"), (_BROWN, _PALE)),
            Slot(("hoop",), ("hoops", "bands", "rings"), _METALS, flush=True),
            Slot(("lid",), ("lid",), flush=True),
            Slot(("tap",), ("tap",), (_GOLD, _BROWN)),
        ),
        (("hoop", 2, 5),),
    ),
    Subject(
        "crate",
        ("crate", "crate", "wooden box", "shipping crate", "box"),
        (
            Slot(("plank",), ("planks", "boards"), (_PALE, _BROWN)),
            Slot(("frame",), ("frame", "edges"), (_BROWN, _STEEL)),
            Slot(("lid",), ("lid",)),
        ),
    ),
    Subject(
        "chest",
        ("chest", "chest", "treasure chest", "trunk", "loot chest"),
        (
            Slot(("box",), ("box",), (_BROWN, _PALE)),
            Slot(("lid",), ("lid",)),
            Slot(("band", "handle"), ("bands", "straps"), _METALS, flush=True),
            Slot(("lock",), ("lock",), (_GOLD, _STEEL), flush=True),
            Slot(("treasure",), ("treasure", "gold coins"), (_GOLD,)),
        ),
        (("band", 2, 4),),
    ),
    Subject(
        "hammer",
        ("hammer", "hammer", "claw hammer", "mallet", "sledgehammer"),
        (
            Slot(("head",), ("head",), (_STEEL, _IRON)),
            Slot(("handle",), ("handle", "shaft"), (_BROWN, _PALE)),
            Slot(("grip",), ("grip",), (_TIRE, ("red", "plastic"))),
        ),
    ),
    Subject(
        "axe",
        ("axe", "axe", "battle axe", "hatchet", "ax"),
        (
            Slot(("blade",), ("blade", "head"), (_STEEL, _IRON)),
            Slot(("handle",), ("handle", "shaft"), (_BROWN, _PALE)),
            Slot(("grip",), ("grip",), (_TIRE, ("brown", "fabric"))),
        ),
        (("blade", 1, 2),),
    ),
    Subject(
        "sword",
        ("sword", "sword", "longsword", "broadsword", "greatsword"),
        (
            Slot(("blade",), ("blade",), (_STEEL, _SILVER)),
            Slot(("guard",), ("guard", "crossguard"), (_GOLD, _IRON)),
            Slot(("grip",), ("grip", "handle", "hilt"), (("brown", "fabric"), _TIRE)),
            Slot(("pommel",), ("pommel",), (_GOLD, _IRON)),
        ),
    ),
    Subject(
        "shield",
        ("shield", "shield", "buckler", "knight shield"),
        (
            Slot(("face",), ("face",), (_BROWN, _STEEL, ("red", "plastic"), ("blue", "plastic"))),
            Slot(("rim",), ("rim", "border", "edge"), (_STEEL, _IRON, _GOLD)),
            Slot(
                ("emblem",),
                ("emblem", "crest"),
                (("white", "plastic"), _GOLD, ("yellow", "plastic")),
                flush=True,
            ),
            Slot(("boss",), ("boss",), (_STEEL, _GOLD), flush=True),
            Slot(("handle",), ("strap",), (("brown", "fabric"),), flush=True),
        ),
    ),
    Subject(
        "tree",
        ("tree", "tree", "oak tree", "maple tree", "leafy tree"),
        (
            Slot(("crown",), ("crown", "leaves", "foliage"), (("green", "fabric"), ("lime", "fabric"))),
            Slot(("trunk", "branch"), ("trunk", "stem"), (("brown", "stone"), ("brown", "wooden"))),
            Slot(("fruit",), ("fruit", "apples"), (("red", "ceramic"),), flush=True),
        ),
    ),
    Subject(
        "pine tree",
        ("pine tree", "pine tree", "pine", "fir tree", "fir", "christmas tree"),
        (
            Slot(("crown", "tier"), ("crown", "needles", "branches"), (("green", "fabric"),)),
            Slot(("trunk",), ("trunk", "stem"), (("brown", "stone"), ("brown", "wooden"))),
            Slot(
                ("bauble",), ("baubles", "ornaments"), (("red", "chrome"), ("yellow", "chrome")), flush=True
            ),
            Slot(("star",), ("star",), (_GOLD,)),
        ),
    ),
    Subject(
        "mushroom",
        ("mushroom", "mushroom", "toadstool", "fungus"),
        (
            Slot(("cap",), ("cap", "hat"), (("red", "plastic"), ("brown", "fabric"), ("beige", "fabric"))),
            Slot(("stem",), ("stem", "stalk"), (("beige", "fabric"), ("white", "fabric"))),
            Slot(("gills",), ("gills",), (("beige", "fabric"),), flush=True),
            Slot(("ring",), ("ring",), (("white", "fabric"), ("beige", "fabric")), flush=True),
            Slot(("spot",), ("spots", "dots"), (("white", "fabric"),), flush=True),
        ),
    ),
    Subject(
        "pumpkin",
        ("pumpkin", "pumpkin", "gourd", "squash"),
        (
            Slot(("body", "rib"), ("body",), (("orange", "plastic"), ("orange", "ceramic"))),
            Slot(("stem",), ("stem", "stalk"), (("green", "wooden"), ("brown", "wooden"))),
            Slot(("leaf",), ("leaf",), (("green", "fabric"),)),
            Slot(("face",), ("face",), (("black", "fabric"), ("yellow", "plastic")), flush=True),
        ),
    ),
    Subject(
        "rock",
        ("rock", "rock", "boulder", "stone"),
        (
            Slot(("stone",), ("body",), (_STONE, ("beige", "stone"))),
            Slot(("moss",), ("moss",), (("green", "fabric"),), flush=True),
        ),
    ),
    Subject(
        "house",
        ("house", "house", "cottage", "home", "building"),
        (
            Slot(
                ("wall", "floor"), ("walls",), (("white", "stone"), ("beige", "stone"), ("brown", "wooden"))
            ),
            Slot(("roof",), ("roof",), (("red", "stone"), ("brown", "wooden"), ("black", "stone"))),
            Slot(("foundation",), ("foundation", "base"), (_STONE,)),
            Slot(("window",), ("windows",), (_GLASS, ("blue", "ceramic")), flush=True),
            Slot(
                ("door", "shutter"), ("door",), (_BROWN, ("green", "wooden"), ("red", "wooden")), flush=True
            ),
            Slot(("chimney",), ("chimney",), (("red", "stone"), _STONE)),
            Slot(("frame", "porch", "beam"), ("frames",), (("white", "wooden"), _BROWN), flush=True),
        ),
        (("floor", 1, 3),),
    ),
    Subject(
        "castle tower",
        ("castle tower", "castle tower", "tower", "castle", "keep"),
        (
            Slot(("wall", "stone"), ("walls",), (_STONE, ("beige", "stone"))),
            Slot(("battlement",), ("battlements", "merlons")),
            Slot(("door", "strap"), ("door", "gate"), (_BROWN,), around=True),
            Slot(("window", "frame"), ("windows",), (_GLASS,), flush=True),
            Slot(("roof",), ("roof",), (("red", "stone"), ("blue", "stone"))),
            Slot(("flag", "pole"), ("flag", "banner"), (("red", "fabric"), ("blue", "fabric"))),
        ),
    ),
    Subject(
        "car",
        ("car", "car", "automobile", "vehicle", "auto"),
        (
            Slot(("body", "mirror", "spoiler"), ("body", "paint"), _PAINTS),
            Slot(("window",), ("windows", "windshield"), (_GLASS,), flush=True),
            Slot(("wheel",), ("wheels", "tires", "tyres"), (_TIRE,)),
            Slot(("hubcap", "spoke"), ("rims", "hubcaps"), (_STEEL, _SILVER), flush=True),
            Slot(("bumper", "grille"), ("bumpers",), (_STEEL, _TIRE), flush=True),
            Slot(
                ("headlight", "taillight"),
                ("lights", "headlights"),
                (("white", "ceramic"), ("yellow", "ceramic")),
                flush=True,
            ),
            Slot(("underbody",), ("underbody",), (_TIRE,), flush=True),
            Slot(("rack",), ("roof rack",), (_STEEL, _TIRE)),
        ),
    ),
    Subject(
        "sailboat",
        ("sailboat", "sailboat", "sailing boat", "boat", "ship", "yacht"),
        (
            Slot(("hull", "seat"), ("hull", "body"), (_BROWN, ("white", "plastic"), ("blue", "plastic"))),
            Slot(("sail",), ("sail", "sails"), (("white", "fabric"), ("beige", "fabric"))),
            Slot(("mast",), ("mast",), (_PALE, _BROWN)),
            Slot(("rim",), ("rim", "gunwale"), (_PALE, _BROWN), flush=True),
            Slot(("stripe",), ("stripe",), (("red", "plastic"), ("white", "plastic")), around=True),
            Slot(("flag",), ("flag",), (("red", "fabric"), ("blue", "fabric"))),
        ),
        never=("oar",),
        always=("sail",),
    ),
    Subject(
        "rocket",
        ("rocket", "rocket", "spaceship", "rocket ship", "spacecraft"),
        (
            Slot(("body",), ("body", "hull"), (("white", "plastic"), _STEEL, ("red", "plastic"))),
            Slot(("nose",), ("nose", "tip", "nose cone"), (("red", "plastic"), ("blue", "plastic"))),
            Slot(("fin",), ("fins", "wings"), (("red", "plastic"), ("blue", "plastic"))),
            Slot(("stripe",), ("stripe", "band"), (("red", "plastic"), ("blue", "plastic")), flush=True),
            Slot(("nozzle", "frame"), ("nozzle", "engine"), (_IRON, _STEEL)),
            Slot(
                ("window",),
                ("window", "porthole"),
                (("blue", "ceramic"), ("turquoise", "ceramic")),
                flush=True,
            ),
            Slot(("flame",), ("flame", "fire"), (("orange", "fabric"),)),
        ),
        (("fin", 3, 6),),
    ),
    Subject(
        "robot",
        ("robot", "robot", "android", "droid", "toy robot"),
        (
            Slot(("body",), ("body", "torso"), (_STEEL, ("white", "plastic"), ("blue", "plastic"))),
            Slot(("head",), ("head",)),
            Slot(("arm",), ("arms",), (_STEEL, _IRON)),
            Slot(("leg",), ("legs",), (_STEEL, _IRON)),
            Slot(("joint",), ("joints",), (_IRON, _TIRE)),
            Slot(("hand", "foot"), ("hands", "feet")),
            Slot(
                ("eye", "mouth", "light", "panel"),
                ("eyes",),
                (("yellow", "ceramic"), ("turquoise", "ceramic"), ("red", "ceramic")),
                flush=True,
            ),
            Slot(("antenna", "ear"), ("antenna",), (_IRON, ("red", "plastic"))),
        ),
        (("antenna", 1, 2),),
    ),
    Subject(
        "teddy bear",
        ("teddy bear", "teddy bear", "teddy", "bear", "plush bear"),
        (
            Slot(("body",), ("body", "fur"), (("brown", "fabric"), ("beige", "fabric"), ("pink", "fabric"))),
            Slot(("muzzle",), ("muzzle", "snout"), (("beige", "fabric"), ("white", "fabric")), flush=True),
            Slot(("paw",), ("paws",), (("beige", "fabric"),), flush=True),
            Slot(("eye", "nose"), ("eyes", "nose"), (_GLASS,), flush=True),
            Slot(("bow",), ("bow", "bow tie"), (("red", "fabric"), ("blue", "fabric"))),
        ),
    ),
)
NAMES: Final = tuple(subject.name for subject in SUBJECTS)
