"""Words of prompts that no part of an object answers to, with the reason that people are told."""

from typing import Final

_BY_REASON: Final[dict[str, str]] = {  # reason -> words and phrases, parted by commas
    "a style or mood, which changes nothing": """
        medieval, fantasy, viking, pirate, roman, greek, egyptian, victorian, gothic, baroque,
        renaissance, japanese, chinese, asian, african, american, british, english, french, german,
        italian, spanish, scandinavian, nordic, celtic, aztec, oriental, western, colonial, georgian,
        tudor, retro, futuristic, steampunk, cyberpunk, dieselpunk, cartoon, cartoonish, cartoony,
        anime, stylised, stylized, toon, minimalist, minimalistic, minimal, industrial, contemporary,
        traditional, classical, ornate, fancy, elegant, majestic, epic, cute, adorable, scary, spooky,
        creepy, friendly, happy, sad, angry, funny, evil, magic, magical, enchanted, mystical,
        legendary, cursed, haunted, holy, royal, regal, luxury, luxurious, cosy, cozy, charming,
        whimsical, stunning, gorgeous, awesome, amazing, perfect, unique, quirky, fun, funky, iconic,
        famous, realistic, photorealistic, hyperrealistic, military, tactical, alien, martian, cosmic,
        space, toylike, childish, posh, humble, ugly, weird, strange, odd, crazy, sci fi, scifi, science
        fiction, art deco, art nouveau, wild west, mid century, high tech, old fashioned, post
        apocalyptic, hand painted, hand made, handmade, beautiful, nice, cool, pretty, lovely, great,
        good, best, classic, decorated, encrusted, studded
    """,
    "what is made unless you ask for more": """
        simple, basic, typical, standard, normal, usual, ordinary, regular
    """,
    "set the number of triangles instead": """
        low poly, lowpoly, high poly, highpoly, lowpolygon, low polygon
    """,
    "set the size of the maps instead": """
        2k, 4k, 8k, 16k, hd, uhd, high resolution, high quality, hq, detailed, ultra detailed, highly
        detailed, high detail, hyper detailed, intricate, ultra hd
    """,
    "about a picture, not an object": """
        octane, vray, cinematic, bokeh, wallpaper, isometric, background, trending, artstation,
        lighting, masterpiece, photorealism, studio, unreal engine, unreal engine 5, ray tracing,
        trending on artstation, white background
    """,
    "parts have one colour each": """
        striped, stripy, stripey, checkered, chequered, checked, plaid, tartan, floral, paisley, dotted,
        spotted, speckled, patterned, camouflage, camo, rainbow, multicoloured, multicolored, colorful,
        colourful, gradient, polka dot, two tone, polka dotted, tie dye, leopard print, zebra print
    """,
    "a pose, which changes nothing": """
        sitting, standing, lying, running, walking, jumping, sleeping, leaning, tilted, crooked, fallen,
        upside down, lying down, on its side
    """,
}

REASONS: Final[dict[str, str]] = {
    " ".join(word.split()): reason for reason, words in _BY_REASON.items() for word in words.split(",")
}
