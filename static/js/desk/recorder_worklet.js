/* Hands the microphone's sound on, thinned to what speech needs: each sample is the mean of
   those that it stands for. */

const RATE = 16000;

class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.sum = 0;
    this.count = 0;
    this.place = 0;
  }

  process(inputs) {
    const heard = inputs[0][0];
    if (!heard) return true;
    const thinned = [];
    for (const one of heard) {
      this.sum += one;
      this.count += 1;
      this.place += RATE / sampleRate;
      if (this.place >= 1) {
        thinned.push(this.sum / this.count);
        this.sum = 0;
        this.count = 0;
        this.place -= 1;
      }
    }
    this.port.postMessage(thinned);
    return true;
  }
}

registerProcessor("recorder", Recorder);
