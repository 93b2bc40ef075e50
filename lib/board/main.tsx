/** The board: what the page of `GET /` runs. */

import { render } from 'preact';
import { Board } from './board.tsx';

const place = document.getElementById('board');
if (place) {
  place.textContent = '';
  render(<Board />, place);
}
