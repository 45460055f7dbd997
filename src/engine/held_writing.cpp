#include "engine/held_writing.hpp"

#include "engine/engine.hpp"

namespace kindred::engine {

HeldWriting::HeldWriting(std::shared_ptr<Engine> engine, std::unique_ptr<storage::Writer> writer,
                         std::unique_ptr<Writing> writing)
    : engine_(std::move(engine)),
      writer_(std::move(writer)),
      writing_(std::move(writing)),
      thread_(std::this_thread::get_id()) {
  engine_->hold(thread_);
}

HeldWriting::~HeldWriting() {
  if (writing_) end(writing_->failure());
}

Writing& HeldWriting::writing() {
  if (!writing_) throw UsageError("this writer was committed or rolled back: begin another one");
  return *writing_;
}

void HeldWriting::commit() {
  writing().require_whole();
  try {
    writing_->finish();
    writer_->commit();
  } catch (...) {
    end(std::current_exception());
    throw;
  }
  end(nullptr);
}

void HeldWriting::end(std::exception_ptr failure) noexcept {
  writing_.reset();
  writer_.reset();
  engine_->let_go(thread_, std::move(failure));
}

}  // namespace kindred::engine
