"""Mines logs with PM4Py and with hailong and compares everything that both tell.

python mine.py HAILONG FOLDER; the folder holds log.csv, log.xes, log.xes.gz and log.json of `hailong bench mine --keep`.
Ends with 1 if anything differs.
"""

import csv
import datetime
import html
import json
import os
import random
import resource
import subprocess
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import pandas  # noqa: E402
import pm4py  # noqa: E402

HOURS = "mon-fri 07:30-11:30 13:30-17:00"
SLOTS = [
    (day * 86400 + start, day * 86400 + end)
    for day in range(5)
    for start, end in ((27000, 41400), (48600, 61200))
]
different = []


def same(what, ours, theirs, within=0.0):
    """Notes a difference: of numbers by more than `within`, of anything else at all."""
    if isinstance(ours, dict):
        near = ours.keys() == theirs.keys() and all(abs(ours[key] - theirs[key]) <= within for key in ours)
    elif isinstance(ours, (int, float)):
        near = abs(ours - theirs) <= within
    else:
        near = ours == theirs
    if not near:
        different.append(what)
        print(f"  DIFFERENT: {what}: {str(ours)[:300]} is not {str(theirs)[:300]}")


def hailong(program, file, *arguments):
    """What hailong tells, its time from start to end, and its memory in bytes."""
    begun = time.perf_counter()
    said = subprocess.run([program, "mine", file, "--json", "--all", *arguments], capture_output=True, check=True)
    seconds = time.perf_counter() - begun
    said = json.loads(said.stdout)
    return said, seconds, said["peak_bytes"]


def read(file, parser=None):
    """PM4Py's table of a log."""
    if file.endswith(".csv"):
        table = pandas.read_csv(file, dtype=str, keep_default_na=False, na_values=[""])
    elif file.endswith(".json"):
        table = pm4py.ocel_flattening(pm4py.read_ocel2_json(file), "case")
    else:
        table = pm4py.read_xes(file, variant=parser)
        if parser == "chunk_regex":
            # It leaves references in names as they are written.
            for column in ("case:concept:name", "concept:name", "org:resource"):
                table[column] = table[column].map(html.unescape)
    return pm4py.format_dataframe(table)


def spread(values):
    """Mean, median, 90th percentile."""
    values = pandas.Series(values)
    return {"mean": values.mean(), "median": values.median(), "p90": values.quantile(0.9)}


def mined(table):
    """PM4Py's tables, under hailong's names."""
    dfg, starts, ends = pm4py.discover_dfg(table)
    performance, _, _ = pm4py.discover_performance_dfg(table)
    variants = {way: cases for way, cases in pm4py.get_variants(table).items()}
    network = pm4py.discover_handover_of_work_network(table).connections
    pairs = len(table) - table["case:concept:name"].nunique()
    return {
        "cases": int(table["case:concept:name"].nunique()),
        "events": len(table),
        "activities": int(table["concept:name"].nunique()),
        "resources": int(table["org:resource"].nunique()),
        "variants": variants,
        "dfg": {pair: int(count) for pair, count in dfg.items()},
        "dfg mean": {pair: float(value["mean"]) for pair, value in performance.items()},
        "dfg median": {pair: float(value["median"]) for pair, value in performance.items()},
        "starts": {name: int(count) for name, count in starts.items()},
        "ends": {name: int(count) for name, count in ends.items()},
        "rework": {name: int(count) for name, count in pm4py.get_rework_cases_per_activity(table).items()},
        # PM4Py tells shares of all hand-overs.
        "handover": {pair: round(share * pairs) for pair, share in network.items()},
        "duration": spread(pm4py.get_all_case_durations(table)),
    }


def told(said):
    """What hailong tells, in the same shape."""
    pair = lambda edge: (edge["from"], edge["to"])  # noqa: E731
    activities = said["activity_list"]
    some = lambda field: {one["activity"]: one[field] for one in activities if one[field]}  # noqa: E731
    return {
        **{name: said[name] for name in ("cases", "events", "activities", "resources")},
        "variants": {tuple(way["activities"]): way["cases"] for way in said["variant_list"]},
        "dfg": {pair(edge): edge["count"] for edge in said["dfg"]},
        "dfg mean": {pair(edge): edge["mean_seconds"] for edge in said["dfg"]},
        "dfg median": {pair(edge): edge["median_seconds"] for edge in said["dfg"]},
        "starts": some("starts"),
        "ends": some("ends"),
        "rework": some("reworked_cases"),
        "handover": {pair(edge): edge["count"] for edge in said["handover"]},
        "duration": said["case_duration_seconds"],
    }


def compare(name, said, theirs):
    ours = told(said)
    for field, value in theirs.items():
        exact = field in ("cases", "events", "variants", "dfg", "starts", "ends", "rework", "handover")
        same(f"{name}: {field}", ours[field], value, 0.0 if exact else 0.001)
    counts = sorted(theirs["variants"].values(), reverse=True)
    same(f"{name}: variant_counts", said["variant_counts"], counts)


def business(program, file, table):
    """Working time, by the clock of UTC and by the clock on the wall."""
    for name, offset, zone in (("UTC", 0, "UTC"), ("civil time", 420, "Asia/Ho_Chi_Minh")):
        said, _, _ = hailong(program, file, "--hours", HOURS, "--offset", str(offset))
        civil = table.copy()
        civil["time:timestamp"] = civil["time:timestamp"].dt.tz_convert(zone).dt.tz_localize(None)
        civil["start_timestamp"] = civil["time:timestamp"]
        durations = pm4py.get_all_case_durations(civil, business_hours=True, business_hour_slots=SLOTS)
        same(f"working time of cases, {name}", said["case_duration_seconds"], spread(durations), 0.001)
        performance, _, _ = pm4py.discover_performance_dfg(civil, business_hours=True, business_hour_slots=SLOTS)
        ours = {(edge["from"], edge["to"]): edge["mean_seconds"] for edge in said["dfg"]}
        theirs = {pair: float(value["mean"]) for pair, value in performance.items()}
        same(f"working time between activities, {name}", ours, theirs, 0.001)


def messy(program, folder):
    """A log with what goes wrong: disorder, equal times, several offsets and forms of time, blanks, names like NA."""
    chance = random.Random(7)
    file = os.path.join(folder, "messy.csv")
    names = ["NA", "null", "0012", "12", "a, b", 'with "quotes"', " ", "hồ sơ"]
    clock = lambda at, zone: at.astimezone(datetime.timezone(datetime.timedelta(hours=zone)))  # noqa: E731
    start = datetime.datetime(2017, 10, 28, tzinfo=datetime.timezone.utc)
    with open(file, "w", newline="", encoding="utf-8") as out:
        lines = csv.writer(out)
        lines.writerow(["x", "time:timestamp", "case:concept:name", "org:resource", "concept:name"])
        for _ in range(3000):
            at = start + datetime.timedelta(milliseconds=chance.choice([0, 250, 1000, 7200000]) * chance.randrange(20))
            written = clock(at, chance.choice([0, 1, 2, 7, -3])).isoformat(chance.choice("T "))
            row = ["", written, chance.choice(names) + chance.choice("abc"), "R" + chance.choice("12"), chance.choice(names)]
            row[chance.choice([0] * 30 + [1, 2, 4])] = ""
            lines.writerow(row)
    said, _, _ = hailong(program, file)
    table = read(file)
    compare("messy", said, mined(table))
    same("messy: incomplete", said["incomplete"], 3000 - len(table))


def main(program, folder):
    print(f"PM4Py {pm4py.__version__}, pandas {pandas.__version__}")
    print(f"{'':10} {'hailong':>10} {'PM4Py':>10} {'times':>7}")
    for name, parser in (("csv", None), ("xes", "chunk_regex"), ("xes", "iterparse"), ("xes.gz", "iterparse"), ("json", None)):
        file = os.path.join(folder, f"log.{name}")
        said, ours, peak = hailong(program, file)
        begun = time.perf_counter()
        table = read(file, parser)
        theirs = mined(table)
        seconds = time.perf_counter() - begun
        compare(f"{name} {parser or ''}".strip(), said, theirs)
        print(f"{name:10} {ours:8.3f} s {seconds:8.3f} s {seconds / ours:6.0f} x   {parser or ''} {peak / 1e6:.0f} MB")
        if name == "csv" and len(table) < 20_000:
            business(program, file, table)
            messy(program, folder)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(f"PM4Py's memory: {memory:.0f} MB")
    print("Everything that both tell is the same." if not different else f"{len(different)} figures differ.")
    return 1 if different else 0


sys.exit(main(*sys.argv[1:]))
