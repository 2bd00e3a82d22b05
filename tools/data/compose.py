from rtfm_mmaction.workshop.cli.compose import main

if __name__ == '__main__':
    main()
