// The yardstick: an event loop over std::priority_queue, as one would write it by hand. Events of one time run in the order of scheduling.
// Usage: priority-queue MODEL WARM-UP OPERATIONS

#include "models.hpp"
#include <queue>

class Engine {
 public:
  std::int64_t now() const { return now_; }
  void schedule(std::int64_t delayNs, Handler handler, void* argument) { events_.push({now_ + delayNs, sequence_++, handler, argument}); }
  void stop() { stopped_ = true; }
  void run() {
    stopped_ = false;
    while (!stopped_ && !events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.time;
      event.handler(event.argument);
    }
  }

 private:
  struct Event {
    std::int64_t time;
    std::uint64_t sequence;
    Handler handler;
    void* argument;
    bool operator<(const Event& other) const { return time != other.time ? time > other.time : sequence > other.sequence; }
  };
  std::priority_queue<Event> events_;
  std::int64_t now_ = 0;
  std::uint64_t sequence_ = 0;
  bool stopped_ = false;
};

int main(int count, char** arguments) {
  if (count != 4) return 2;
  Engine engine;
  return run(engine, arguments + 1);
}
