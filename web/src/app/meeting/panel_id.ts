/** What the panel beside the stage can show. */
export type PanelId = 'people' | 'chat' | 'polls' | 'questions' | 'notes' | 'rooms';
