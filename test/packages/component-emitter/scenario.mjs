// Answers arrive as events that carry the number of their question.

export function scenario(Emitter) {
  const answers = new Emitter();
  const received = { answers: 0 };

  function ask(number) {
    const event = `answer-${number}`;
    const receive = () => {
      received.answers += 1;
      answers.off(event, receive);
    };
    answers.on(event, receive);
    answers.emit(event);
  }

  return {
    async setup() {},
    async iterate(round) {
      for (let k = 0; k < 12; k += 1) ask(12 * round + k);
    },
    async teardown() {},
  };
}
