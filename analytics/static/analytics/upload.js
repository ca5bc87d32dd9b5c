// Sends a file in parts. A part that fails is sent again, from where the server says that it is.
"use strict";
(() => {
    const form = document.getElementById("upload");
    if (!form) return;
    const bar = document.getElementById("upload-progress");
    const state = document.getElementById("upload-state");
    const PART = 2_000_000, TRIES = 8;
    const token = form.elements.csrfmiddlewaretoken.value;
    const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

    async function ask(url, options = {}) {
        const headers = {"X-CSRFToken": token, ...options.headers};
        const answer = await fetch(url, {...options, headers});
        const body = await answer.json();
        if (answer.ok) return body;
        const sentences = Object.values(body.errors ?? {}).flat();
        throw Object.assign(new Error(sentences.join(" ") || body.detail), {status: answer.status, offset: body.offset});
    }

    function show(share, words) {
        bar.hidden = false;
        bar.value = share;
        state.textContent = words;
    }

    async function send(file, job, url) {
        let offset = job.received_bytes, tries = 0;
        while (offset < file.size) {
            try {
                const part = file.slice(offset, offset + PART);
                const told = await ask(url, {method: "POST", body: part, headers: {"Upload-Offset": String(offset)}});
                offset = told.received_bytes;
                tries = 0;
                show(offset / file.size, `Uploading: ${Math.floor(100 * offset / file.size)} %`);
            } catch (error) {
                if (error.offset !== undefined) { offset = error.offset; continue; }
                if ((error.status && error.status < 500) || ++tries > TRIES) throw error;
                state.textContent = "The connection broke; trying again …";
                await wait(2 ** tries / 2);
            }
        }
    }

    async function watch(url) {
        for (;;) {
            const job = await ask(url);
            const counts = `${job.rows_done} rows: ${job.stored} stored, ${job.duplicates} were here already, ${job.rejected} rejected`;
            if (job.status === "DONE") return show(1, `Done. ${counts}.`);
            if (job.status === "FAILED" || job.status === "CANCELLED") return show(job.share_done, `${job.status}. ${job.error} ${counts}.`);
            show(job.share_done, `Importing: ${Math.floor(100 * job.share_done)} %. ${counts}.`);
            await wait(1);
        }
    }

    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const file = form.elements.file.files[0];
        const given = new FormData(form);
        given.delete("file");
        given.set("name", file.name);
        given.set("size_bytes", String(file.size));
        const button = form.querySelector("[type=submit]");
        button.disabled = true;
        try {
            const job = await ask(form.dataset.begin, {method: "POST", body: given});
            const url = new URL(`../${job.id}/part/`, new URL(form.dataset.begin, location)).href;
            await send(file, job, url);
            await watch(url);
        } catch (error) {
            state.textContent = error.message;
        } finally {
            button.disabled = false;
        }
    });
})();
