"""Metrics in Prometheus' text format, named as prometheus_flask_exporter names them."""
import os
import resource
import threading
import time

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)
STARTED = time.time()
_lock = threading.Lock()
_series = {}


def _add(name, labels, by):
    pairs = ",".join(f'{key}="{value}"' for key, value in labels.items())
    key = f"{name}{{{pairs}}}"
    _series[key] = _series.get(key, 0) + by


def observe(seconds, method, path, status):
    with _lock:
        _add("flask_http_request_total", {"method": method, "status": status}, 1)
        labels = {"method": method, "path": path, "status": status}
        name = "flask_http_request_duration_seconds"
        for le in BUCKETS:
            _add(f"{name}_bucket", {"le": le, **labels}, 1 if seconds <= le else 0)
        _add(f"{name}_bucket", {"le": "+Inf", **labels}, 1)
        _add(f"{name}_sum", labels, seconds)
        _add(f"{name}_count", labels, 1)
        if status >= 500:
            _add("flask_http_request_exceptions_total", {"method": method, "status": status}, 1)


def exposition():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with open("/proc/self/statm", encoding="ascii") as statm:
        resident = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    with _lock:
        lines = [f"{key} {value}" for key, value in _series.items()]
    lines.append(f"process_cpu_seconds_total {usage.ru_utime + usage.ru_stime}")
    lines.append(f"process_resident_memory_bytes {resident}")
    lines.append(f"process_start_time_seconds {STARTED}")
    return "\n".join(lines) + "\n"
