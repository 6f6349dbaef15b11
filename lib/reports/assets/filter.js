"use strict";
(function () {
    var form = document.getElementById("filter");
    var rows = Array.prototype.slice.call(document.querySelectorAll("#findings > tr"));
    var count = document.getElementById("shown");
    var levels = ["informational", "low", "medium", "high", "critical"];
    var timer = 0;
    if (!form || rows.length === 0) {
        return;
    }
    function fill(select, values) {
        Object.keys(values).sort().forEach(function (value) {
            var option = document.createElement("option");
            option.value = value;
            option.textContent = value + " (" + values[value] + ")";
            select.appendChild(option);
        });
    }
    function tally(of) {
        var seen = Object.create(null);
        rows.forEach(function (row) {
            of(row).forEach(function (value) {
                seen[value] = (seen[value] || 0) + 1;
            });
        });
        return seen;
    }
    function techniques(row) {
        return row.dataset.techniques ? row.dataset.techniques.split(" ") : [];
    }
    function host(row) {
        return [row.dataset.host || ""];
    }
    function apply() {
        var least = levels.indexOf(form.elements.severity.value);
        var wantedHost = form.elements.host.value;
        var technique = form.elements.technique.value;
        var words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
        var shown = 0;
        rows.forEach(function (row) {
            var fits = levels.indexOf(row.dataset.severity) >= least &&
                (wantedHost === "*" || host(row)[0] === wantedHost.slice(1)) &&
                (technique === "*" || techniques(row).indexOf(technique) >= 0);
            if (fits && words.length > 0) {
                var text = row.textContent.toLowerCase();
                fits = words.every(function (word) {
                    return text.indexOf(word) >= 0;
                });
            }
            row.hidden = !fits;
            shown += fits ? 1 : 0;
        });
        count.textContent = shown + " of " + rows.length + " shown";
    }
    function later() {
        clearTimeout(timer);
        timer = setTimeout(apply, 200);
    }
    function open(state) {
        rows.forEach(function (row) {
            if (!row.hidden) {
                Array.prototype.forEach.call(row.querySelectorAll("details"), function (part) {
                    part.open = state;
                });
            }
        });
    }
    var hosts = tally(host);
    var marked = Object.create(null);
    Object.keys(hosts).forEach(function (name) {
        marked["=" + name] = hosts[name];
    });
    fill(form.elements.host, marked);
    Array.prototype.forEach.call(form.elements.host.options, function (option) {
        if (option.value !== "*") {
            option.textContent = option.textContent.slice(1);
        }
    });
    fill(form.elements.technique, tally(techniques));
    form.addEventListener("input", later);
    form.addEventListener("submit", function (event) {
        event.preventDefault();
        apply();
    });
    form.addEventListener("reset", function () {
        setTimeout(apply, 0);
    });
    document.getElementById("open-all").addEventListener("click", function () {
        open(true);
    });
    document.getElementById("close-all").addEventListener("click", function () {
        open(false);
    });
    document.addEventListener("keydown", function (event) {
        if (event.key === "/" && document.activeElement !== form.elements.text) {
            event.preventDefault();
            form.elements.text.focus();
        }
    });
    form.hidden = false;
    apply();
})();
