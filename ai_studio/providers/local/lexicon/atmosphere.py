"""Words for the air around the subject: mood, light, setting, effects. `value: "words, phrases"`."""

MOODS: dict[str, str] = {
    "calm": "calm, serene, peaceful, tranquil, quiet, relaxing, zen",
    "energetic": "energetic, dynamic, sporty, powerful, bold",
    "happy": "happy, cheerful, joyful, fun, optimistic, festive, celebratory",
    "playful": "playful, whimsical, cute, quirky, adorable",
    "sad": "sad, melancholic, gloomy, lonely, somber",
    "dramatic": "dramatic, intense, epic, heroic, majestic",
    "dreamy": "dreamy, ethereal, magical, fantasy, surreal, enchanted",
    "mysterious": "mysterious, moody, eerie, spooky, haunted",
    "romantic": "romantic, tender, lovely, valentine",
    "luxurious": "luxurious, luxury, elegant, premium, sophisticated, exclusive",
    "cozy": "cozy, cosy, warm, homely, rustic, autumn",
    "cold": "cold, cool, chilly, winter, wintry, crisp",
    "fresh": "fresh, spring, natural, organic, healthy, eco",
    "futuristic": "futuristic, sci fi, high tech, modern",
    "nostalgic": "nostalgic, old, antique, faded",
    "summery": "summery, summer, tropical, vibrant, colorful, colourful",
}

LIGHTS: dict[str, str] = {
    "studio": "studio light, studio lighting, studio lit, professional lighting",
    "soft": "soft, soft light, softbox, diffuse, diffused, overcast, cloudy",
    "hard": "hard light, harsh, hard shadows, direct light",
    "golden": "golden hour, sunset, dusk, evening, warm light",
    "sunrise": "sunrise, dawn, morning",
    "daylight": "daylight, sunny, sunlight, sunlit, noon, midday, natural light",
    "moonlight": "moonlight, moonlit, night, nighttime, midnight",
    "neon": "neon light, neon lights, neon lighting, club light",
    "rim": "rim light, backlit, backlight, backlighting, silhouette",
    "candle": "candlelight, candlelit, firelight",
    "spotlight": "spotlight, stage light, limelight",
    "highkey": "high key, bright light, airy",
    "lowkey": "low key, dim, dimly lit, chiaroscuro, shadowy",
    "side": "side light, side lit, window light",
    "top": "top light, overhead light",
}

SETTINGS: dict[str, str] = {
    "studio": "studio, infinity cove, seamless",
    "forest": "forest, woods, woodland, jungle",
    "desert": "desert, dunes, sahara",
    "ocean": "ocean, sea, underwater, lake, water",
    "beach": "beach, shore, seaside, coast, island",
    "city": "city, urban, downtown, street, skyline, metropolis",
    "space": "space, galaxy, cosmos, cosmic, nebula, outer space, universe",
    "mountains": "mountains, alps, hills, valley, highlands",
    "meadow": "meadow, field, garden, park, grass, lawn",
    "arctic": "arctic, polar, glacier, antarctic, tundra",
    "sky": "sky, heaven, clouds, skies",
    "room": "room, interior, indoor, indoors, living room, bedroom, office, kitchen, wall",
    "stage": "stage, theater, theatre, curtain",
    "sunburst": "sunburst, rays backdrop",
    "abstract": "abstract, blobs, shapes",
}

SUPPORTS: dict[str, str] = {
    "podium": "podium, pedestal, plinth",
    "steps": "steps, stairs, staircase",
    "slab": "platform, slab, tray, board",
    "water": "puddle, ripples, ripple",
}

EFFECTS: dict[str, str] = {
    "fog": "fog, foggy, mist, misty, haze, hazy, smoke, smoky",
    "rain": "rain, rainy, raining",
    "snowfall": "snow, snowing, snowfall, blizzard",
    "confetti": "confetti, celebration, party",
    "sparkles": "sparkle, sparkles, glitter, twinkle, fireflies, dust",
    "stars": "starry, stars in the sky, constellation",
    "bubbles": "bubble, bubbles, fizz, soapy",
    "bokeh": "bokeh, blurred lights, depth of field",
    "rays": "god rays, light rays, sunbeams, sunrays, volumetric",
    "petals": "petals, falling petals, falling leaves",
    "grain": "grain, grainy, film grain",
    "vignette": "vignette, vignetting",
    "bloom": "bloom, glow, halo, aura",
    "shadow": "shadow, shadows",
    "reflection": "reflection, reflections",
}
