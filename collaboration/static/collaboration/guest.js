// Comforts: everything but the 3D view works without. Marks a spot by a click, and follows pins.
"use strict";

const form = document.getElementById("comment-form");
const stage = document.querySelector(".stage[data-mark]");
const viewer = document.querySelector("model-viewer");
const film = document.querySelector("video");
const part = (number) => Math.round(number * 1e6) / 1e6;

function mark(anchor) {
    form.elements.anchor.value = JSON.stringify(anchor);
    form.querySelector("[data-marked]").hidden = false;
    form.elements.body.focus({ preventScroll: true });
}

function markRegion(event) {
    const box = stage.getBoundingClientRect();
    const side = 0.08;
    const at = (from, length) => part(Math.min(Math.max(from / length - side / 2, 0), 1 - side));
    const x = at(event.clientX - box.left, box.width), y = at(event.clientY - box.top, box.height);
    const chosen = stage.querySelector(".chosen");
    for (const [name, value] of Object.entries({ x, y, width: side, height: side })) chosen.setAttribute(name, `${value * 100}%`);
    chosen.removeAttribute("hidden");
    const region = { x, y, w: side, h: side };
    if (!film) return mark({ kind: "region", ...region });
    const frame = Math.floor(film.currentTime * 30);
    mark({ kind: "time", start: frame, end: frame, fps: "30", region });
}

function markPoint(event) {
    const hit = viewer.positionAndNormalFromPoint(event.clientX, event.clientY);
    if (!hit) return;
    const list = (vector) => [vector.x, vector.y, vector.z].map(part);
    const target = viewer.getCameraTarget(), orbit = viewer.getCameraOrbit();
    const position = {
        x: target.x + orbit.radius * Math.sin(orbit.phi) * Math.sin(orbit.theta),
        y: target.y + orbit.radius * Math.cos(orbit.phi),
        z: target.z + orbit.radius * Math.sin(orbit.phi) * Math.cos(orbit.theta),
    };
    const camera = { position: list(position), target: list(target), fov: viewer.getFieldOfView() };
    mark({ kind: "point3d", position: list(hit.position), normal: list(hit.normal), camera });
}

if (form && stage) {
    form.querySelector("[data-help]").hidden = false;
    let moved = false;
    stage.addEventListener("pointerdown", () => { moved = false; });
    stage.addEventListener("pointermove", (event) => { moved ||= event.buttons > 0; });
    stage.addEventListener("click", (event) => {
        if (moved || event.target.closest("a, button, video")) return;
        if (stage.dataset.kind === "model") markPoint(event); else markRegion(event);
    });
    form.elements.zone?.addEventListener("change", () => {
        form.elements.anchor.value = "";
        form.querySelector("[data-marked]").hidden = true;
    });
}
for (const pin of document.querySelectorAll("[data-thread]")) {
    pin.addEventListener("click", () => { location.hash = pin.dataset.thread; });
}
for (const link of document.querySelectorAll("[data-second]")) {
    link.addEventListener("click", (event) => {
        if (!film) return;
        event.preventDefault();
        film.pause();
        film.currentTime = Number(link.dataset.second);
    });
}
