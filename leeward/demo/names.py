"""Invented people's names, and places that do not exist. Ordinary names of today's England, drawn by chance."""

from __future__ import annotations

GIVEN_F = """
Maya Amelia Olivia Isla Ava Emily Grace Freya Sophie Ella Charlotte Evie Poppy Lily Jessica Hannah Megan Chloe Lauren
Rebecca Rachel Sarah Emma Laura Claire Nicola Karen Julie Susan Margaret Patricia Jean Dorothy Joan Sheila Maureen Elaine
Angela Deborah Joanne Samantha Natalie Gemma Kelly Stacey Kirsty Zoe Leanne Kerry Donna Tracey Michelle Lisa Helen Ruth
Aisha Fatima Zainab Maryam Khadija Amina Sana Hina Saima Nadia Farah Rukhsana Shazia Noor Iqra Halima Priya Anjali Kavita
Neha Pooja Sunita Meera Deepa Harpreet Simran Jaspreet Manpreet Gurpreet Amrit Ngozi Chioma Adaeze Folake Abena Akua Efua
Esi Wanjiru Makena Thandi Lerato Amara Zawadi Agnieszka Katarzyna Magdalena Ewa Monika Justyna Ioana Andreea Elena Mihaela
Cristina Oksana Iryna Olena Svitlana Natalia Mei Ling Xiu Yan Hui Jing Thuy Linh Soo Carmen Lucia Marta Pilar Beatriz
Joana Ines Leila Shirin Parisa Yasmin Rania Huda Selin Elif Zeynep Hodan Asha Ifrah Selam Hirut Bronwen Sian Niamh Aoife
""".split()
GIVEN_M = """
Oliver George Harry Jack Noah Charlie Jacob Alfie Freddie Oscar Leo Archie Henry Joshua Thomas William James Daniel Samuel
Joseph Benjamin Adam Luke Ryan Connor Liam Kyle Jordan Nathan Aaron Lewis Callum Scott Craig Darren Lee Wayne Gary Kevin
Stephen Paul Mark Andrew David John Peter Michael Robert Richard Christopher Anthony Brian Alan Keith Raymond Kenneth
Mohammed Ahmed Ali Hassan Hussain Imran Usman Bilal Tariq Faisal Omar Yusuf Ibrahim Raj Sanjay Vikram Anil Rahul Arjun
Gurdeep Harjit Balwinder Sukhdeep Emeka Chidi Tunde Segun Kwame Kofi Yaw Kamau Sipho Tendai Piotr Tomasz Marek Krzysztof
Pawel Adrian Mihai Andrei Bogdan Oleksandr Dmytro Wei Jun Hao Minh Tuan Carlos Miguel Joao Pedro Reza Kian Karim Nabil
Emre Mehmet Abdi Liban Dawit Rhys Gareth Owain Sean Declan
""".split()
FAMILY_COMMON = """
Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts Green
Hall Wood Jackson Clarke Harris Clark Turner Hill Moore Cooper Ward Morris King Watson Baker Harrison Morgan Allen James
Scott Phillips Khan Hussain Ahmed Ali Begum Singh Kaur Shah Akhtar Malik Mahmood Chowdhury Rahman Islam Miah Sharma Gupta
Mehta Desai Joshi Gill Sandhu Dhillon Okafor Adeyemi Nwosu Eze Mensah Owusu Boateng Asante Mwangi Otieno Dlamini Moyo
Nowak Kowalski Wisniewski Wojcik Kaminski Popescu Ionescu Stan Dumitru Kovalenko Shevchenko Bondarenko Chen Wang Li Zhang
Liu Nguyen Tran Pham Garcia Fernandez Silva Santos Pereira Costa Hosseini Karimi Haddad Yilmaz Demir Mohamed Abdi Warsame
Tesfaye Bekele Murphy Kelly Byrne Ryan OBrien Lindqvist Marsh Fells Quill Stone Price Bright Duarte Petrov
""".split()
_HEADS = """
Ash Ban Bar Beck Bir Black Bram Brad Brook Bur Chad Cherry Cold Cran Dal Dun East Elm Fair Fen Gold Grim Hart Hath Hawk Hazel
High Hol Hurst Kirk Lang Lin Lock Long Mar Mel Mill Nor Oak Pem Red Rock Row Sand Shel Stan Stock Sut Thorn Up Wal Wes Whit
Wild Win Wood Yar
""".split()
_TAILS = """
bourne bridge brook bury by combe cott croft dale den don field ford gate ham hill hurst ingham land ley low man mere more
over ridge shaw sley stead stoke ston thorpe ton wall ward well wick worth
""".split()
FAMILY = FAMILY_COMMON + [head + tail for head in _HEADS for tail in _TAILS]

# Nicknames, to plant in repeat contacts what a real register has.
SHORT = {
    "Rebecca": "Becky", "Margaret": "Maggie", "Patricia": "Pat", "Deborah": "Debbie", "Samantha": "Sam", "Elizabeth": "Liz",
    "Katarzyna": "Kasia", "Jessica": "Jess", "Natalie": "Nat", "Susan": "Sue", "Christopher": "Chris", "Robert": "Bob",
    "William": "Bill", "Michael": "Mike", "Daniel": "Dan", "Joseph": "Joe", "Thomas": "Tom", "Stephen": "Steve",
    "Andrew": "Andy", "David": "Dave", "Anthony": "Tony", "Kenneth": "Ken", "Benjamin": "Ben", "Samuel": "Sam",
}  # fmt: skip

DISTRICTS = """
Saltmarsh Kingsferry Northholm Eastreach Wadebury Thornwick Millhaven Redcliffe Ashcombe Lowmere Harbourne Fenstow
""".split()
COUNTIES = """
Estuary Wealdshire Moorland Northmere Calderholt Severnside Downsmouth Fellshire Trentbridge Wolds
""".split()

STORIES = (
    "He checks my phone every night and asks who I spoke to.",
    "She was told that she would not see the children again if she left.",
    "I do not feel safe at home. It has got worse since the baby.",
    "He takes my wages and gives me money for the bus only.",
    "We split up in the spring. He still comes to the house and waits outside.",
    "My son hits me when he wants money. I do not want him to be arrested.",
    "His family watch me all day. I am not allowed out alone.",
    "She has started to follow me to work and back.",
    "He held me by the throat on Sunday. I did not tell the doctor how it happened.",
    "I just want to know what I could do. I am not sure that it counts.",
    "The children heard everything. My daughter does not sleep.",
    "He put an app on my phone. I am writing from a friend's.",
)
BEHAVIOUR = (
    "I lose my temper and I frighten them. I want to stop.",
    "I was told to get help after the police came.",
    "I check on her all the time and I know that it is wrong.",
)
NOTES = (
    "Spoke for a while. She feels watched after the school run; agreed another way home.",
    "Talked through what to do if he comes to the door. She has a bag at her sister's.",
    "No answer; did not leave a message.",
    "Went with her to the housing office. They took the application.",
    "She said that this week was calmer. The children slept.",
    "Explained the order and how long it lasts. She will think about it until Thursday.",
    "Met at the children's centre. She cried, and then laughed about the cat.",
    "School has the new arrangements for pick-up.",
    "Doctor's letter asked for.",
    "Talked about money: own account opened, child benefit moved.",
    "He has been in touch through his mother. Wrote down dates and words.",
    "She asked for a solicitor who speaks her language. Two names given.",
    "Reviewed the plan together. Changed two steps.",
    "She would rather be texted from now on.",
    "Solicitor's appointment kept. Statement begun.",
)
TITLES = {
    "note": ("Spoke with the person", "Visit or meeting", "Spoke with a professional", "Tried to reach the person"),
    "task": ("A task was done", "A task was added"),
    "sharing": ("Shared a summary", "A share was ended"),
    "person": ("A telephone number was changed", "A child's school was added"),
    "document": ("A letter was added", "Evidence was added"),
    "risk": ("Risk talked about again", "Professional judgement recorded"),
    "safety": ("Safety plan looked at together", "A step of the safety plan was changed"),
}
OFFERED_TASKS = (
    "Ring back in the safe hours", "Ask for the crime reference", "Send the housing letter", "Book an interpreter",
    "Review the safety plan", "Talk to the school", "Check the date of the hearing", "Ask about the doctor's letter",
)  # fmt: skip
