import { setTimeout as pause } from 'node:timers/promises';

// Reminders that are due in a moment.

class Reminder {
  constructor(text) {
    this.text = text;
    this.words = text.split(' ');
  }
}

export function scenario(schedule) {
  const shown = { words: 0 };

  function remind(reminder) {
    schedule.scheduleJob(new Date(Date.now() + 3), () => {
      shown.words += reminder.words.length;
    });
  }

  return {
    async setup() {},
    async iterate(round) {
      for (let k = 0; k < 2; k += 1) remind(new Reminder(`call number ${k} in round ${round}`));
      await pause(12);
    },
    async teardown() {},
  };
}
