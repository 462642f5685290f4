// The models of packages/kernel/bench in C++, over any engine that can schedule(delayNs, handler, argument), run and stop.
// Delays are drawn within the run, by a counter and the standard logarithm; no digest, trace or check of conservation, but stations
// keep the same integrals. A program that includes this prints one line of JSON: what it did, and processor time for it.

#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

using Handler = void (*)(void*);

// splitmix64 (Steele, Lea, Flood, 2014).
struct Draws {
  std::uint64_t state;

  std::uint64_t bits() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) / 9007199254740992.0; }
  std::int64_t exponential(double meanNs) { return static_cast<std::int64_t>(-std::log(uniform()) * meanNs + 0.5); }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(uniform() * static_cast<double>(count)); }
};

template <class Engine>
struct Hold {
  Engine& engine;
  Draws draws{1};
  std::int64_t left = 0;

  Hold(Engine& engine, std::size_t pending) : engine(engine) {
    for (std::size_t event = 0; event < pending; event++) engine.schedule(draws.exponential(1e6), again, this);
  }
  static void again(void* argument) {
    Hold& hold = *static_cast<Hold*>(argument);
    hold.engine.schedule(hold.draws.exponential(1e6), again, argument);
    if (--hold.left == 0) hold.engine.stop();
  }
  double area() { return 0; }
};

template <class Engine>
struct Phold {
  struct Process {
    Phold* model;
    Draws draws;
    Handler handler;
    std::int64_t received = 0;
  };
  Engine& engine;
  std::int64_t left = 0;
  std::vector<Process> processes;

  explicit Phold(Engine& engine) : engine(engine) {
    const std::vector<Handler> handlers = bodies(std::make_integer_sequence<int, 16>{});
    for (std::size_t id = 0; id < 1000; id++) processes.push_back({this, {id << 32}, handlers[id % handlers.size()]});
    for (std::size_t message = 0; message < 10'000; message++) {
      Process& process = processes[message % processes.size()];
      engine.schedule(process.draws.exponential(1e6), process.handler, &process);
    }
  }
  template <int... body>
  static std::vector<Handler> bodies(std::integer_sequence<int, body...>) { return {arrive<body>...}; }
  template <int body>
  static void arrive(void* argument) {
    Process& process = *static_cast<Process*>(argument);
    Phold& model = *process.model;
    process.received++;
    Process& to = model.processes[process.draws.below(model.processes.size())];
    model.engine.schedule(process.draws.exponential(1e6), to.handler, &to);
    if (--model.left == 0) model.engine.stop();
  }
  double area() { return 0; }
};

template <class Engine>
struct Tandem {
  struct Customer {
    Tandem* model;
    std::size_t place;
    std::int64_t serviceNs;
  };
  struct Station {
    std::deque<Customer*> waiting;
    int serving = 0;
    std::int64_t inside = 0, last = 0, busyNs = 0, areaNs = 0;

    void advance(std::int64_t now) {
      areaNs += inside * (now - last);
      busyNs += serving * (now - last);
      last = now;
    }
  };
  Engine& engine;
  Draws gaps{1}, services{2};
  int servers;
  std::vector<Station> stations;
  std::int64_t left = 0;

  Tandem(Engine& engine, std::size_t length, int servers) : engine(engine), servers(servers), stations(length) {
    engine.schedule(0, arrive, this);
  }
  static void arrive(void* argument) {
    Tandem& model = *static_cast<Tandem*>(argument);
    model.engine.schedule(model.gaps.exponential(1e6 / model.servers / 0.8), arrive, argument);
    model.submit(new Customer{&model, 0, 0});
  }
  void submit(Customer* customer) {
    Station& station = stations[customer->place];
    station.advance(engine.now());
    station.inside++;
    customer->serviceNs = services.exponential(1e6);
    if (station.serving < servers) serve(station, customer);
    else station.waiting.push_back(customer);
  }
  void serve(Station& station, Customer* customer) {
    station.serving++;
    engine.schedule(customer->serviceNs, finish, customer);
  }
  static void finish(void* argument) {
    Customer* customer = static_cast<Customer*>(argument);
    Tandem& model = *customer->model;
    Station& station = model.stations[customer->place];
    station.advance(model.engine.now());
    station.serving--;
    station.inside--;
    if (!station.waiting.empty()) {
      Customer* next = station.waiting.front();
      station.waiting.pop_front();
      model.serve(station, next);
    }
    if (++customer->place < model.stations.size()) return model.submit(customer);
    delete customer;
    if (--model.left == 0) model.engine.stop();
  }
  double area() {
    double sum = 0;
    for (Station& station : stations) {
      station.advance(engine.now());
      sum += static_cast<double>(station.areaNs);
    }
    return sum;
  }
};

template <class Engine, class Model>
int measure(Engine& engine, Model&& model, std::int64_t warmUp, std::int64_t operations) {
  model.left = warmUp;
  engine.run();
  const std::int64_t from = engine.now();
  const double areaFrom = model.area();
  model.left = operations;
  const std::clock_t startedAt = std::clock();
  engine.run();
  const double seconds = static_cast<double>(std::clock() - startedAt) / CLOCKS_PER_SEC;
  const double simulated = static_cast<double>(engine.now() - from);
  std::printf("{\"seconds\":%.6f,\"simulatedNs\":%.0f,\"areaNs\":%.0f}\n", seconds, simulated, model.area() - areaFrom);
  return 0;
}

// MODEL WARM-UP OPERATIONS
template <class Engine>
int run(Engine& engine, char** arguments) {
  const char* name = arguments[0];
  const std::int64_t warmUp = std::atoll(arguments[1]), operations = std::atoll(arguments[2]);
  if (std::strncmp(name, "kernel.hold.", 12) == 0) {
    return measure(engine, Hold<Engine>(engine, std::strtoull(name + 12, nullptr, 10)), warmUp, operations);
  }
  if (std::strcmp(name, "kernel.phold") == 0) return measure(engine, Phold<Engine>(engine), warmUp, operations);
  if (std::strcmp(name, "station.mm1") == 0) return measure(engine, Tandem<Engine>(engine, 1, 1), warmUp, operations);
  if (std::strcmp(name, "station.tandem") == 0) return measure(engine, Tandem<Engine>(engine, 10, 4), warmUp, operations);
  std::fprintf(stderr, "unknown model %s\n", name);
  return 2;
}
