// The models on the event engine of ns-3 (Simulator::Schedule), without any network.
// Usage: ns3 SCHEDULER MODEL WARM-UP OPERATIONS, with a scheduler's TypeId such as ns3::MapScheduler, the default of ns-3.

#include "models.hpp"
#include <ns3/core-module.h>

struct Engine {
  std::int64_t now() const { return ns3::Simulator::Now().GetNanoSeconds(); }
  void schedule(std::int64_t delayNs, Handler handler, void* argument) {
    ns3::Simulator::Schedule(ns3::NanoSeconds(delayNs), handler, argument);
  }
  void stop() { ns3::Simulator::Stop(); }
  void run() { ns3::Simulator::Run(); }
};

int main(int count, char** arguments) {
  if (count != 5) return 2;
  ns3::ObjectFactory scheduler;
  scheduler.SetTypeId(arguments[1]);
  ns3::Simulator::SetScheduler(scheduler);
  Engine engine;
  return run(engine, arguments + 2);
}
