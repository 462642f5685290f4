# The models of packages/kernel/bench as processes of SimPy (3 or 4), the way its documentation writes them.
# Usage: simpy_models.py MODEL WARM-UP OPERATIONS. Prints one line of JSON: what it did, and processor time for it.

import json
import random
import sys
import time

import simpy


class Model:
    def __init__(self):
        self.env = simpy.Environment()
        self.left = 0
        self.residence_ns = 0.0
        self.over = None

    def run(self, operations):
        self.left = operations
        self.over = self.env.event()
        self.env.run(until=self.over)

    def done(self):
        self.left -= 1
        if self.left == 0:
            self.over.succeed()


class Hold(Model):
    def __init__(self, pending):
        super().__init__()
        for _ in range(pending):
            self.env.process(self.holding())

    def holding(self):
        env, draw = self.env, random.expovariate
        while True:
            yield env.timeout(draw(1e-6))
            self.done()


class Phold(Model):
    def __init__(self):
        super().__init__()
        self.received = [0] * 1000
        for message in range(10_000):
            self.env.process(self.travelling(message % 1000))

    def travelling(self, process):
        env, draw = self.env, random.expovariate
        while True:
            yield env.timeout(draw(1e-6))
            self.received[process] += 1
            process = int(random.random() * 1000)
            self.done()


class Tandem(Model):
    def __init__(self, length, servers):
        super().__init__()
        self.stations = [simpy.Resource(self.env, capacity=servers) for _ in range(length)]
        self.rate = 0.8 * servers / 1e6
        self.env.process(self.arriving())

    def arriving(self):
        env, draw = self.env, random.expovariate
        while True:
            env.process(self.visiting())
            yield env.timeout(draw(self.rate))

    def visiting(self):
        env, draw = self.env, random.expovariate
        entered = env.now
        for station in self.stations:
            with station.request() as request:
                yield request
                yield env.timeout(draw(1e-6))
        self.residence_ns += env.now - entered
        self.done()


def model_of(name):
    if name.startswith("kernel.hold."):
        return Hold(int(name.rsplit(".", 1)[1]))
    return {"kernel.phold": Phold, "station.mm1": lambda: Tandem(1, 1), "station.tandem": lambda: Tandem(10, 4)}[name]()


def main(name, warm_up, operations):
    random.seed(1)
    model = model_of(name)
    model.run(warm_up)
    since_ns, residence_ns = model.env.now, model.residence_ns
    started = time.process_time()
    model.run(operations)
    seconds = time.process_time() - started
    figures = {"seconds": seconds, "simulatedNs": model.env.now - since_ns, "areaNs": model.residence_ns - residence_ns}
    print(json.dumps(figures))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
