"""Words for arranging: layout, view, motion, size, counts, and what a template is for."""

LAYOUTS: dict[str, str] = {
    "centered": "centered, centred, central, middle",
    "row": "row, line, lineup, side by side, in a row, lined up",
    "grid": "grid, matrix, array",
    "circle": "ring of, in a circle, circular, surrounding, around",
    "scattered": "scattered, random, strewn, chaotic",
    "stack": "stack, stacked, pile, piled, tower of",
    "diagonal": "diagonal, diagonally, slanted",
    "triangle": "triangular, pyramid of, in a triangle",
    "spiral": "spiral, swirl, swirling",
    "arc": "arc, arched, curve, semicircle",
    "symmetrical": "symmetrical, symmetric, mirrored layout, balanced",
    "left": "left, on the left, left side",
    "right": "right, on the right, right side",
    "cluster": "cluster, clustered, group, grouped, bunch",
}

VIEWS: dict[str, str] = {
    "threequarter": "three quarter, three quarter view, angled",
    "front": "front, front view, frontal, straight on",
    "side": "side view, profile, in profile",
    "top": "top view, top down, from above, overhead, flat lay, bird eye",
    "isometric": "isometric, isometric view, axonometric",
    "closeup": "close up, closeup, macro, detail shot, zoomed",
    "wide": "wide shot, wide angle, far away, distant, panorama",
    "low": "low angle, from below, worm eye, towering",
    "high": "high angle, elevated",
}

MOTIONS: dict[str, str] = {
    "spin": "spin, rotate, turn, turntable, rotation, revolve",
    "bounce": "bounce, jump, hop, bouncy",
    "float": "float, hover, levitate, levitating, drift",
    "pulse": "pulse, beat, breathe, throb, pulsate",
    "orbit": "orbit, circling, planetary",
    "wave": "wave, waving, ripple motion, undulate",
    "swing": "swing, pendulum, sway, rock back",
    "shake": "shake, vibrate, tremble, jitter",
    "zoom": "zoom, dolly, zoom in, push in",
    "drop": "fall, plunge, drop down, falling",
    "rise": "rise, ascend, launch, take off, lift",
    "flip": "flip, tumble, somersault",
    "roll": "roll",
    "slide": "slide, pan, glide",
    "dance": "dance, wiggle, wobble, groove",
    "still": "still, static, motionless",
}

SIZES: dict[str, str] = {
    "tiny": "tiny, miniature, micro",
    "small": "small, little, mini",
    "medium": "medium, medium sized, regular",
    "large": "large, big, oversized",
    "huge": "huge, giant, enormous, massive, monumental, gigantic",
}

PROPORTIONS: dict[str, str] = {
    "tall": "tall, high, elongated, towering shape",
    "short": "short, low, squat, stubby",
    "wide": "wide, broad, chunky, fat, thick",
    "slim": "slim, thin, slender, narrow, skinny, sleek",
    "tilted": "tilted, leaning, crooked, inclined",
    "upsidedown": "upside down, inverted, flipped over",
}

COUNTS: dict[int, str] = {
    1: "one, single, solitary, sole",
    2: "two, pair, couple, both, twin, duo",
    3: "three, trio, few, triple",
    4: "four, quartet",
    5: "five, several",
    6: "six, half dozen",
    7: "seven",
    8: "eight",
    9: "nine, many, lots",
    10: "ten",
    11: "eleven",
    12: "twelve, dozen",
}

PURPOSES: dict[str, str] = {
    "sale": "sale, discount, offer, promo, promotion, black friday",
    "launch": "launch day, announcement, introducing, new arrival, new collection, release",
    "event": "event, invitation, invite, concert, festival, conference",
    "poster": "poster, placard",
    "story": "story, instagram, reel",
    "banner": "banner, header, billboard, ad, advert, advertisement",
    "quote": "quote, testimonial, review",
    "card": "card, business card, postcard, greeting, birthday",
    "newsletter": "newsletter, email, mailing",
    "menu": "menu, price list, restaurant",
}
