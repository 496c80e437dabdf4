// Runs in the page before anything else: the camera shows a drawn person who moves a little.
(() => {
  const people = {
    Ann: { wall: ['#f2d8c2', '#c98f6b'], skin: '#e8b48f', hair: '#3a2a22', top: '#2f5d62', long: true, thing: '#8a5a3c' },
    Ben: { wall: ['#cfdbe6', '#7d93a8'], skin: '#8d5b3e', hair: '#16130f', top: '#b5523b', long: false, thing: '#3f5d4a' },
    Chloé: { wall: ['#dfe7d4', '#93a57f'], skin: '#f0c7a4', hair: '#b4642d', top: '#5a4a86', long: true, thing: '#d8b25a' },
    Dev: { wall: ['#e6d9ea', '#8f7aa3'], skin: '#b97b50', hair: '#1f1a1a', top: '#d9a441', long: false, thing: '#a34f5c' },
  };
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 720;
  const c = canvas.getContext('2d');
  const ellipse = (x, y, rx, ry, fill) => {
    c.fillStyle = fill;
    c.beginPath();
    c.ellipse(x, y, rx, ry, 0, 0, 7);
    c.fill();
  };
  const draw = () => {
    const p = people[window.portrait] ?? people.Ann;
    const t = performance.now() / 1000;
    const sway = 6 * Math.sin(t * 0.9);
    const nod = 4 * Math.sin(t * 1.7);
    const wall = c.createLinearGradient(0, 0, 1280, 720);
    wall.addColorStop(0, p.wall[0]);
    wall.addColorStop(1, p.wall[1]);
    c.fillStyle = wall;
    c.fillRect(0, 0, 1280, 720);
    // A shelf with books, a picture, a plant: somebody lives here.
    c.fillStyle = 'rgb(60 40 30 / .35)';
    c.fillRect(70, 250, 300, 14);
    for (let i = 0; i < 9; i++) {
      c.fillStyle = `hsl(${(i * 47 + p.thing.length * 30) % 360} 35% ${42 + (i % 3) * 9}%)`;
      c.fillRect(86 + i * 26, 250 - 88 - (i % 4) * 9, 20, 88 + (i % 4) * 9);
    }
    c.fillStyle = 'rgb(255 255 255 / .55)';
    c.fillRect(930, 90, 210, 150);
    c.fillStyle = p.thing;
    c.fillRect(946, 106, 178, 118);
    ellipse(1010, 170, 34, 34, 'rgb(255 235 190 / .8)');
    // The person.
    if (p.long) ellipse(640 + sway, 400 + nod, 178, 232, p.hair);
    ellipse(640 + sway * 0.5, 800, 330, 260, p.top);
    c.fillStyle = p.skin;
    c.fillRect(588 + sway * 0.7, 470, 104, 120);
    ellipse(640 + sway * 0.7, 588, 52, 26, p.skin);
    ellipse(640 + sway, 372 + nod, 132, 168, p.skin);
    c.fillStyle = p.hair;
    c.beginPath();
    c.ellipse(640 + sway, 318 + nod, 146, 128, 0, Math.PI * 0.98, Math.PI * 2.02);
    c.quadraticCurveTo(660 + sway, 250 + nod, 494 + sway, 318 + nod);
    c.fill();
    const blink = t % 4 < 0.12 ? 1 : 9;
    for (const side of [-1, 1]) {
      ellipse(640 + sway + side * 50, 376 + nod, 10, blink, '#2a1d18');
      c.strokeStyle = p.hair;
      c.lineWidth = 8;
      c.lineCap = 'round';
      c.beginPath();
      c.moveTo(640 + sway + side * 72, 344 + nod);
      c.quadraticCurveTo(640 + sway + side * 50, 330 + nod, 640 + sway + side * 30, 342 + nod);
      c.stroke();
    }
    c.strokeStyle = '#8f3f38';
    c.lineWidth = 8;
    c.beginPath();
    c.moveTo(596 + sway, 452 + nod);
    c.quadraticCurveTo(640 + sway, 486 + nod + 4 * Math.sin(t * 6), 684 + sway, 452 + nod);
    c.stroke();
  };
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await real(constraints);
    for (const track of stream.getVideoTracks()) {
      draw();
      setInterval(draw, 100);
      track.stop();
      stream.removeTrack(track);
      const drawn = canvas.captureStream(10).getVideoTracks()[0];
      // The page reads which camera it was given.
      const settings = track.getSettings();
      drawn.getSettings = () => ({ ...settings, width: 1280, height: 720 });
      stream.addTrack(drawn);
    }
    return stream;
  };
})();
